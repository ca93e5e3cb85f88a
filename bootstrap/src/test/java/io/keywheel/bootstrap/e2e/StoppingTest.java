package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Moment;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StoppingTest {

    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    private final Simulator simulator = Simulator.start(
            Scenario.withSeed(1).key(Provider.GROQ, "gsk_one", "a").tempo(Duration.ZERO, Duration.ofMillis(60)));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.shutdownNow();
        simulator.close();
    }

    @Test
    void a_stop_that_was_asked_for_is_no_failure() throws Exception {
        try (var program = serve()) {
            program.lineWith("listening");

            program.terminate();

            assertEquals(0, program.exitStatus());
        }
    }

    @Test
    void a_running_stream_is_finished_first() throws Exception {
        try (var program = serve();
                var stream = stream(program)) {
            stream.readLine();

            program.terminate();
            program.lineWith("Stopping");

            assertTrue(stream.lines().anyMatch(line -> line.contains("\"done\":true")));
            assertEquals(0, program.exitStatus());
        }
    }

    @Test
    void a_second_signal_does_not_wait() throws Exception {
        simulator.on(Provider.GROQ).next(new Fault.Hang(Moment.afterTokens(3)));
        try (var program = serve();
                var stream = stream(program)) {
            stream.readLine();

            program.terminate();
            program.lineWith("Stopping");
            program.terminate();

            assertEquals(1, program.exitStatus());
        }
    }

    private RunningProgram serve() throws IOException {
        return RunningProgram.start(
                "serve",
                Map.of(
                        "GROQ_API_KEYS", "gsk_one",
                        "GROQ_BASE_URL", simulator.baseUrl(Provider.GROQ).toString(),
                        "KEYWHEEL_PORT", "0"));
    }

    private BufferedReader stream(RunningProgram program) throws IOException, InterruptedException {
        Matcher address = ADDRESS.matcher(program.lineWith("listening"));
        assertTrue(address.find());
        var request = HttpRequest.newBuilder(URI.create(address.group() + "/api/chat/stream"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
                .build();
        var body = client.send(request, BodyHandlers.ofInputStream()).body();
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }
}
