package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.hello;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names of `KEYWHEEL_MODELS`, from the settings through to the providers.
@Timeout(120)
class VirtualModelsTest {

    @AutoClose
    private final World world = new World(
            Map.of("KEYWHEEL_MODELS", "smart=groq/openai/gpt-oss-20b > cerebras; claude-*=smart; auto=cerebras"));

    private static void assertServedBy(String provider, String model, HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(
                provider + " " + model,
                header(response, "X-Keywheel-Provider") + " " + header(response, "X-Keywheel-Model"));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/chat, smart, groq, openai/gpt-oss-20b",
        "/api/chat/stream, claude-opus, groq, openai/gpt-oss-20b",
        "/v1/chat/completions, claude-opus, groq, openai/gpt-oss-20b",
        "/v1/messages, claude-opus, groq, openai/gpt-oss-20b",
        "/v1/responses, auto, cerebras, gpt-oss-120b",
    })
    void each_api_takes_the_names_and_says_what_has_answered(String path, String name, String provider, String model) {
        HttpResponse<String> answer = path.equals("/v1/responses")
                ? world.post(path, "{\"model\": \"" + name + "\", \"input\": \"Hello\"}")
                : world.post(path, hello("\"max_tokens\": 50, \"model\": \"" + name + "\", "));

        assertServedBy(provider, model, answer);
    }

    @Test
    void a_web_socket_takes_the_names_too() throws Exception {
        try (var socket = ChatSocket.open(world.client, world.gateway.address()).opened()) {
            socket.send(hello("\"id\": \"1\", \"model\": \"smart\", "));

            JsonNode done = socket.last();

            assertEquals("groq", done.path("provider").textValue(), done::toString);
            assertEquals("openai/gpt-oss-20b", done.path("model").textValue());
        }
    }

    @Test
    void next_tier_answers_when_every_key_of_the_first_is_limited() {
        world.simulator.on(GROQ).always(Fault.named("rate-limited:50s"));

        HttpResponse<String> first = world.chat(hello("\"model\": \"smart\", "));
        HttpResponse<String> second = world.chat(hello("\"model\": \"smart\", "));

        assertServedBy("cerebras", "gpt-oss-120b", first);
        assertEquals("gpt-oss-120b", json(first).path("model").textValue());
        assertEquals("groq/1:rate_limited, groq/2:rate_limited, cerebras/1:ok", attempts(first));
        assertEquals("cerebras/1:ok", attempts(second));
    }
}
