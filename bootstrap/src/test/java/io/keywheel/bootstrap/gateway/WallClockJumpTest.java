package io.keywheel.bootstrap.gateway;

import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.e2e.World;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Scenario;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Runs a whole gateway, and sets its wall clock meanwhile.
class WallClockJumpTest {

    private volatile Duration jump = Duration.ZERO;

    @AutoClose
    private final World world = new World(Map.of("KEYWHEEL_PROVIDERS", "groq"), Scenario.withSeed(7), this::started);

    private RunningGateway started(Map<String, String> variables) {
        SettingsReport report = Settings.read(variables, Adapters.installed());
        var clock = new MonotonicClock(() -> Instant.now().plus(jump), System::nanoTime);
        return new RunningGateway(World.settings(report), () -> report, clock);
    }

    @Test
    void wall_clock_jump_keeps_the_remaining_cooldown_and_updates_shown_times() {
        world.simulator.on(GROQ).always(Fault.named("rate-limited:100s"));
        HttpResponse<String> first = world.chat(World.HELLO);
        assertEquals(503, first.statusCode(), first::body);

        jump = Duration.ofHours(-1);

        HttpResponse<String> keys = world.get("/api/keys");
        var said = World.json(keys);
        var until = Instant.parse(said.at("/providers/0/keys/0/models/0/until")
                .asText(said.at("/providers/0/keys/0/until").asText()));
        var at = Instant.parse(said.path("at").textValue());
        assertTrue(Duration.between(at, Instant.now().plus(jump)).abs().toSeconds() < 20, keys::body);
        assertTrue(between(80, Duration.between(at, until).toSeconds(), 101), keys::body);
        long retryAfter = world.chat(World.HELLO)
                .headers()
                .firstValueAsLong("Retry-After")
                .orElseThrow();
        assertTrue(between(80, retryAfter, 101), () -> "Retry-After: " + retryAfter);
    }

    private static boolean between(long least, long value, long most) {
        return least <= value && value <= most;
    }
}
