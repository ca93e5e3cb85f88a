package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.code;
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
            Map.of(
                    "KEYWHEEL_MODELS",
                    "smart=groq/openai/gpt-oss-20b > cerebras; claude-*=smart; none=groq/nope|cerebras/gpt-oss-120; auto=cerebras|cerebras/qwen-3.8-27b"));

    private HttpResponse<String> ask(String path, String model) {
        return world.post(path, hello("\"model\": \"" + model + "\", "));
    }

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
        "/v1/chat/completions, auto, cerebras, gpt-oss-120b",
        "/api/chat, auto, cerebras, gpt-oss-120b",
        "/v1/messages, claude-opus, groq, openai/gpt-oss-20b",
        "/v1/messages, auto, cerebras, gpt-oss-120b",
        "/v1/responses, smart, groq, openai/gpt-oss-20b",
        "/v1/responses, auto, cerebras, gpt-oss-120b",
    })
    void each_api_takes_the_names_and_says_what_has_answered(String path, String name, String provider, String model) {
        HttpResponse<String> answer = path.equals("/v1/responses")
                ? world.post(path, "{\"model\": \"" + name + "\", \"input\": \"Hello\"}")
                : world.post(path, hello("\"max_tokens\": 50, \"model\": \"" + name + "\", "));

        assertServedBy(provider, model, answer);
    }

    @ParameterizedTest
    @CsvSource({
        "smart, groq, openai/gpt-oss-20b",
        "claude-opus, groq, openai/gpt-oss-20b",
        "auto, cerebras, gpt-oss-120b"
    })
    void a_web_socket_takes_the_names_too(String name, String provider, String model) throws Exception {
        try (var socket = ChatSocket.open(world.client, world.gateway.address()).opened()) {
            socket.send(hello("\"id\": \"1\", \"model\": \"" + name + "\", "));

            JsonNode done = socket.last();

            assertEquals(provider, done.path("provider").textValue(), done::toString);
            assertEquals(model, done.path("model").textValue());
        }
    }

    @Test
    void next_tier_answers_when_every_key_of_the_first_is_limited() {
        world.simulator.on(GROQ).always(Fault.named("rate-limited:50s"));

        HttpResponse<String> first = ask("/v1/chat/completions", "smart");
        HttpResponse<String> second = ask("/v1/chat/completions", "smart");

        assertServedBy("cerebras", "gpt-oss-120b", first);
        assertEquals("gpt-oss-120b", json(first).path("model").textValue());
        assertEquals("groq/1:rate_limited, groq/2:rate_limited, cerebras/1:ok", attempts(first));
        assertEquals("cerebras/1:ok", attempts(second));
    }

    @Test
    void targets_of_a_tier_take_turns() {
        assertServedBy("cerebras", "gpt-oss-120b", world.chat(World.HELLO));
        assertServedBy("cerebras", "qwen-3.8-27b", world.chat(World.HELLO));
        assertServedBy("cerebras", "gpt-oss-120b", world.chat(World.HELLO));
    }

    @Test
    void name_whose_targets_are_not_there_is_an_unknown_model() {
        HttpResponse<String> refused = ask("/v1/chat/completions", "none");

        assertEquals(404, refused.statusCode());
        assertEquals(
                "No key can use what the model 'none' stands for: groq/nope, cerebras/gpt-oss-120",
                json(refused).at("/error/message").textValue().replaceFirst(";.*", ""));
    }

    @Test
    void provider_restricts_a_virtual_model() {
        assertServedBy("cerebras", "gpt-oss-120b", world.chat(hello("\"model\":\"smart\",\"provider\":\"cerebras\",")));

        HttpResponse<String> refused = world.chat(hello("\"provider\":\"groq\","));

        assertEquals(400, refused.statusCode());
        assertEquals("invalid_request", code(refused));
        assertEquals(
                "The model 'auto' has no target at 'groq'; provider must be one of cerebras",
                json(refused).path("error").textValue());
    }
}
