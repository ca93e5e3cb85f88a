package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/// What the program itself writes, in a process of its own: of a key that is refused, and of the request.
@Timeout(120)
class LogStyleTest {

    @AutoClose
    private final Simulator simulator =
            Simulator.start(Scenario.withSeed(7).key(GROQ, GROQ_ONE, "org_1").key(GROQ, GROQ_TWO, "org_2"));

    @AutoClose
    private final HttpClient client = Described.watched(HttpClient.newHttpClient());

    private RunningProgram program(Map<String, String> settings) throws IOException {
        var environment = new HashMap<>(settings);
        environment.put("GROQ_API_KEYS", GROQ_ONE + "," + GROQ_TWO);
        environment.put("GROQ_BASE_URL", simulator.baseUrl(GROQ).toString());
        environment.put("KEYWHEEL_PORT", "0");
        simulator.on(GROQ, GROQ_ONE).next(Fault.named("invalid-key"));
        return RunningProgram.start("serve", environment);
    }

    private void chat(URI gateway) throws IOException, InterruptedException {
        client.send(
                HttpRequest.newBuilder(gateway.resolve("/api/chat"))
                        .header("Content-Type", "application/json")
                        .header("X-Request-Id", "r-1")
                        .POST(HttpRequest.BodyPublishers.ofString(HELLO))
                        .build(),
                BodyHandlers.discarding());
    }

    @Test
    @Execution(CONCURRENT)
    void programs_get_one_object_a_line_with_the_request_and_without_keys() throws Exception {
        try (var program = program(Map.of("KEYWHEEL_LOG", "json"))) {
            chat(program.address());

            String warned = program.lineWith("retired until");
            String done = program.lineWith("io.keywheel.requests");

            JsonNode warning = World.json(warned);
            assertEquals("WARN", warning.path("log.level").asText());
            assertEquals("r-1", warning.path("http.request.id").asText());
            JsonNode request = World.json(done);
            assertEquals("r-1", request.path("http.request.id").asText());
            assertEquals(200, request.path("http.response.status_code").intValue());
            assertFalse((warned + done).contains("canary"));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void people_get_the_request_at_the_end_of_the_line_and_each_attempt_at_debug() throws Exception {
        try (var program = program(Map.of("KEYWHEEL_LOG_LEVEL", "debug"))) {
            chat(program.address());

            assertTrue(program.lineWith("retired until").endsWith(" id=r-1"));
            String tried = program.lineWith("groq/2 tried for openai/gpt-oss-120b: ok");
            assertTrue(tried.contains(" DEBUG ") && tried.endsWith(" id=r-1"), tried);
        }
    }
}
