package io.keywheel.bootstrap.gateway;

import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Runs a whole gateway, and sets its wall clock meanwhile.
class WallClockJumpTest {

    private volatile Duration jump = Duration.ZERO;

    private final Simulator simulator = Simulator.start(Scenario.withSeed(7).key(GROQ, "gsk_one", "org_1"));
    private final SettingsReport report = Settings.read(
            Environment.of(
                    "GROQ_API_KEYS=gsk_one",
                    "GROQ_BASE_URL=" + simulator.baseUrl(GROQ),
                    "KEYWHEEL_CONNECT_TIMEOUT=60s",
                    "KEYWHEEL_PORT=0"),
            Adapters.installed());
    private final RunningGateway gateway = RunningGateway.start(
            report.settings().orElseThrow(),
            () -> report,
            new MonotonicClock(() -> Instant.now().plus(jump), System::nanoTime));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        try (simulator;
                gateway;
                client) {
            client.shutdownNow();
        }
    }

    private HttpResponse<String> chat() throws Exception {
        return client.send(
                HttpRequest.newBuilder(gateway.address().resolve("/api/chat"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void wall_clock_jump_keeps_the_remaining_cooldown_and_updates_shown_times() throws Exception {
        simulator.on(GROQ).next(Fault.named("rate-limited:100s"));
        HttpResponse<String> first = chat();
        assertEquals(503, first.statusCode(), first::body);

        jump = Duration.ofHours(-1);

        var keys = client.send(
                HttpRequest.newBuilder(gateway.address().resolve("/api/keys")).build(), BodyHandlers.ofString());
        var said = new JsonMapper().readTree(keys.body());
        var until = Instant.parse(said.at("/providers/0/keys/0/models/0/until")
                .asText(said.at("/providers/0/keys/0/until").asText()));
        var at = Instant.parse(said.path("at").textValue());
        assertTrue(Duration.between(at, Instant.now().plus(jump)).abs().toSeconds() < 20, keys::body);
        assertTrue(between(80, Duration.between(at, until).toSeconds(), 101), keys::body);
        long retryAfter = chat().headers().firstValueAsLong("Retry-After").orElseThrow();
        assertTrue(between(80, retryAfter, 101), () -> "Retry-After: " + retryAfter);
    }

    private static boolean between(long least, long value, long most) {
        return least <= value && value <= most;
    }
}
