package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.hello;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Moment;
import io.keywheel.simulator.Received;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The OpenAI API end to end, with Groq, Cerebras and a custom compatible provider.
@Timeout(120)
class OpenAiApiTest {

    private static final String COMPLETIONS = "/v1/chat/completions";

    @AutoClose
    private final Simulator elsewhere = Simulator.start(Scenario.withSeed(3));

    @AutoClose
    private final World world = new World(
            "KEYWHEEL_PROVIDERS=groq,cerebras,local",
            "LOCAL_BASE_URL=" + elsewhere.baseUrl(COMPATIBLE),
            "LOCAL_DEFAULT_MODEL=local-model");

    /// @param fields before the messages, each with a comma behind it
    private HttpResponse<String> ask(String fields) {
        return world.post(COMPLETIONS, hello(fields));
    }

    private JsonNode answer(String fields) {
        HttpResponse<String> response = ask(fields);
        assertEquals(200, response.statusCode(), response.body());
        return json(response);
    }

    private Received lastAtLocal() {
        return elsewhere.requests().stream()
                .filter(request -> request.path().equals("/chat/completions"))
                .toList()
                .getLast();
    }

    @Test
    void numbers_and_unknown_fields_reach_the_provider_unchanged() {
        String fields = "\"zeta\":9007199254740993,\"alpha\":{\"b\":[1.10,1E+2,-0]}";

        ask("\"model\":\"local/m\",\"temperature\":1.10," + fields + ",");

        String sent = lastAtLocal().text();
        assertTrue(sent.contains("\"temperature\":1.10"), sent);
        assertTrue(sent.contains(fields), sent);
    }

    @Test
    void model_list_starts_with_auto_and_refresh_asks_the_providers_again() {
        Waiting.until(() -> models().contains("allam-2-7b"));

        assertEquals("auto", models().getFirst());
        assertTrue(models().containsAll(List.of("openai/gpt-oss-20b", "gpt-oss-120b")), models()::toString);
        JsonNode one = json(world.get("/v1/models/openai%2Fgpt-oss-20b"));
        assertEquals("groq", one.path("owned_by").asText());
        Waiting.until(() -> timesAsked() == 1);
        world.post("/api/models/refresh", "{}");
        Waiting.until(() -> timesAsked() == 2);
    }

    @Test
    void hanging_model_list_delays_no_request() {
        elsewhere.on(COMPATIBLE).models().always(new Fault.Hang(Moment.BEFORE_HEAD));
        Waiting.until(() -> timesAsked() == 1);
        assertEquals(200, world.post("/api/models/refresh", "{}").statusCode());

        assertEquals(200, world.get("/health/ready").statusCode());
        assertTrue(models().contains("openai/gpt-oss-120b"));
        answer("");
    }

    private List<String> models() {
        return json(world.get("/v1/models"))
                .path("data")
                .valueStream()
                .map(model -> model.path("id").asText())
                .toList();
    }

    private long timesAsked() {
        return elsewhere.requests().stream()
                .filter(request -> request.path().equals("/models"))
                .count();
    }
}
