package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks what clients receive if a provider fails. The adapters' contract covers each fault, and [SilentUpstreamTest]
/// hanging providers.
class ProviderFailuresTest {

    @AutoClose
    private final World world = new World();

    @ParameterizedTest
    @CsvSource({
        "rate-limit-requests, rate_limited",
        "invalid-key, key_refused",
        "cut:after-head, unavailable",
        "property-unsupported, unsupported",
    })
    void failed_chat_falls_back_to_the_other_provider(String fault, String kind) {
        world.simulator.on(GROQ).always(Fault.named(fault));

        HttpResponse<String> response = world.chat(HELLO);

        assertEquals(200, response.statusCode(), response::body);
        assertEquals("groq/1:" + kind + ", cerebras/1:ok", attempts(response));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut:before-content", "stream-error:0"})
    void stream_failing_before_content_falls_back_without_an_error_event(String fault) {
        world.simulator.on(GROQ).always(Fault.named(fault));

        HttpResponse<String> response = world.post("/api/chat/stream", HELLO);

        assertEquals(200, response.statusCode(), response::body);
        assertEquals("cerebras", header(response, "X-Keywheel-Provider"));
        List<JsonNode> events = World.events(response.body());
        assertTrue(events.getLast().path("done").asBoolean());
        assertTrue(events.stream().noneMatch(event -> event.has("error")), events::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut:after-tokens:12", "stream-error:12"})
    void stream_failing_after_content_ends_with_interrupted_and_no_retry(String fault) {
        world.simulator.on(GROQ).always(Fault.named(fault));

        List<JsonNode> events = world.stream(HELLO);

        assertTrue(events.size() > 2, events::toString);
        assertEquals("interrupted", events.getLast().path("code").asText());
        assertTrue(events.getLast().path("done").asBoolean());
        assertEquals(1, world.chats().size(), "no other key is asked after the first content");
    }
}
