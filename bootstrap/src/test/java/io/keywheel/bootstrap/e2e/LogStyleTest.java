package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Environment;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Checks the JSON log lines of a separate process for a refused key, an attempt and a request.
class LogStyleTest {

    @AutoClose
    private final Simulator simulator =
            Simulator.start(Scenario.withSeed(7).key(GROQ, GROQ_ONE, "org_1").key(GROQ, GROQ_TWO, "org_2"));

    @AutoClose
    private final HttpClient client = HttpClient.newHttpClient();

    private void chat(URI gateway) {
        World.DESCRIPTION.send(
                client, World.with(World.request(gateway.resolve("/api/chat"), HELLO), "X-Request-Id", "r-1"));
    }

    @Test
    void output_has_ascii_digits_in_any_locale() throws Exception {
        var settings = Environment.of("GROQ_API_KEYS=a,b", "KEYWHEEL_PORT=0");
        try (var program = RunningProgram.start(settings, "-Duser.language=ar", "-Duser.country=EG")) {
            String line = program.lineWith("listening");

            assertTrue(line.endsWith(" with groq (2 keys)"), line);
        }
    }

    @Test
    void json_log_lines_carry_the_request_id_and_no_keys() throws Exception {
        simulator.on(GROQ, GROQ_ONE).next(Fault.named("invalid-key"));
        var settings = Environment.of(
                "GROQ_API_KEYS=" + GROQ_ONE + "," + GROQ_TWO,
                "GROQ_BASE_URL=" + simulator.baseUrl(GROQ),
                "KEYWHEEL_LOG=json",
                "KEYWHEEL_LOG_LEVEL=debug",
                "KEYWHEEL_PORT=0");
        try (var program = RunningProgram.start(settings)) {
            chat(program.address());

            JsonNode warned = World.json(program.lineWith("retired until"));
            JsonNode tried = World.json(program.lineWith("groq/2 tried for openai/gpt-oss-120b: ok"));
            JsonNode done = World.json(program.lineWith("io.keywheel.requests"));

            assertEquals("WARN", warned.path("log.level").asText());
            assertEquals("DEBUG", tried.path("log.level").asText());
            for (JsonNode line : List.of(warned, tried, done)) {
                assertEquals("r-1", line.path("http.request.id").asText(), line::toString);
                assertFalse(line.toString().contains("canary"), line::toString);
            }
            assertEquals(200, done.path("http.response.status_code").intValue());
        }
    }
}
