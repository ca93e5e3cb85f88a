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
import java.net.http.HttpClient;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Checks the JSON log lines of a separate process, in a locale with other digits, for a refused key, an attempt and a
/// request.
class LogStyleTest {

    private static String output;

    @BeforeAll
    static void run() throws Exception {
        try (var simulator = Simulator.start(
                        Scenario.withSeed(7).key(GROQ, GROQ_ONE, "org_1").key(GROQ, GROQ_TWO, "org_2"));
                var client = HttpClient.newHttpClient();
                var program = RunningProgram.start(
                        Environment.of(
                                "GROQ_API_KEYS=" + GROQ_ONE + "," + GROQ_TWO,
                                "GROQ_BASE_URL=" + simulator.baseUrl(GROQ),
                                "KEYWHEEL_LOG=json",
                                "KEYWHEEL_LOG_LEVEL=debug",
                                "KEYWHEEL_PORT=0"),
                        "-Duser.language=ar",
                        "-Duser.country=EG")) {
            simulator.on(GROQ, GROQ_ONE).next(Fault.named("invalid-key"));
            var chat = World.request(program.address().resolve("/api/chat"), HELLO);
            World.DESCRIPTION.send(client, World.with(chat, "X-Request-Id", "r-1"));
            program.terminate();
            output = program.output();
        }
    }

    private static JsonNode lineWith(String words) {
        return World.json(output.lines()
                .filter(line -> line.contains(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output)));
    }

    @Test
    void output_has_ascii_digits_in_any_locale() {
        assertTrue(output.contains(" with groq (2 keys)"), output);
        assertTrue(output.chars().noneMatch(c -> c > '9' && Character.isDigit(c)), output);
    }

    @Test
    void json_log_lines_carry_the_request_id_and_no_keys() {
        JsonNode warned = lineWith("retired until");
        JsonNode tried = lineWith("groq/2 tried for openai/gpt-oss-120b: ok");
        JsonNode done = lineWith("io.keywheel.requests");

        assertEquals("WARN", warned.path("log.level").asText());
        assertEquals("DEBUG", tried.path("log.level").asText());
        for (JsonNode line : List.of(warned, tried, done)) {
            assertEquals("r-1", line.path("http.request.id").asText(), line::toString);
        }
        assertEquals(200, done.path("http.response.status_code").intValue());
        assertFalse(output.contains("canary"), output);
    }
}
