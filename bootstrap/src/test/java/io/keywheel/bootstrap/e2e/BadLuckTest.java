package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers that refuse, lie, hang and fall over, and clients that must not notice.
@Timeout(60)
class BadLuckTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    private static final String HELLO_20B =
            "{\"model\": \"openai/gpt-oss-20b\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    private final World world = new World(Map.of(
            "KEYWHEEL_FIRST_TOKEN_TIMEOUT", "500ms",
            "KEYWHEEL_IDLE_TIMEOUT", "500ms",
            "KEYWHEEL_REQUEST_TIMEOUT", "10s"));

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate-limit-requests",
                "queue-exceeded",
                "invalid-key",
                "payment-required",
                "model-not-found",
                "bad-gateway",
                "internal-error-text",
                "cloudflare-blocked",
                "hang:before-head",
                "hang:after-head",
                "cut:before-head",
                "cut:after-head",
                "not-json",
                "truncated-json",
                "empty-text",
                "nothing",
                "redirect",
                "status:503",
                "request-too-large",
                "property-unsupported"
            })
    void a_chat_is_answered_by_the_other_provider(String fault) {
        world.simulator.on(GROQ).always(Fault.named(fault));

        HttpResponse<String> response = world.chat(HELLO);

        assertEquals(200, response.statusCode(), response::body);
        assertEquals("cerebras", header(response, "X-Keywheel-Provider"));
        assertTrue(header(response, "X-Keywheel-Attempts").matches("groq/1:[a-z_]+, cerebras/1:ok"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate-limit-tokens",
                "queue-exceeded",
                "status:500",
                "hang:before-head",
                "hang:before-content",
                "cut:before-head",
                "cut:after-head",
                "cut:before-content",
                "stream-error:0",
                "broken-event",
                "only-done",
                "nothing",
                "empty-text",
                "not-json"
            })
    void a_stream_is_answered_by_the_other_provider_and_the_client_sees_nothing_of_it(String fault) {
        world.simulator.on(GROQ).always(Fault.named(fault));

        HttpResponse<String> response = world.post("/api/chat/stream", HELLO);

        assertEquals(200, response.statusCode(), response::body);
        assertEquals("cerebras", header(response, "X-Keywheel-Provider"));
        List<JsonNode> events = World.events(response.body());
        assertTrue(events.getLast().path("done").asBoolean());
        assertTrue(events.stream().noneMatch(event -> event.has("error")), events::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut:after-tokens:12", "hang:after-tokens:12", "stream-error:12"})
    void a_stream_that_breaks_off_keeps_what_was_delivered_and_ends_with_an_error(String fault) {
        world.simulator.on(GROQ).always(Fault.named(fault));

        List<JsonNode> events = world.stream(HELLO);

        assertTrue(events.size() > 2, events::toString);
        assertEquals("interrupted", events.getLast().path("code").asText());
        assertTrue(events.getLast().path("done").asBoolean());
        assertEquals(1, world.chats().size(), "the key is never switched after the first content");
    }

    @Test
    void a_limited_key_is_left_alone_until_its_time_comes() {
        world.simulator.on(GROQ, GROQ_ONE).next(new Fault.RateLimited(Duration.ofSeconds(1)));

        assertEquals("groq/1:rate_limited, groq/2:ok", attempts(world.chat(HELLO_20B)));
        assertEquals("groq/2:ok", attempts(world.chat(HELLO_20B)));
        assertEquals("groq/2:ok", attempts(world.chat(HELLO_20B)));
    }

    @Test
    void a_refused_key_is_retired_and_shown_as_such() {
        world.simulator.on(GROQ, GROQ_ONE).always(KnownError.INVALID_KEY);
        world.chat(HELLO_20B);
        world.chat(HELLO_20B);

        JsonNode key = json(world.get("/api/keys"))
                .path("providers")
                .path(0)
                .path("keys")
                .path(0);

        assertEquals("retired", key.path("state").asText(), key::toString);
        assertEquals(1, key.path("attempts").asInt());
        assertEquals(List.of(GROQ_ONE, GROQ_TWO, GROQ_TWO), world.keysAsked());
    }

    @Test
    void all_keys_limited_is_said_at_once_with_the_exact_moment_to_come_back() {
        world.simulator.on(GROQ, GROQ_ONE).next(new Fault.RateLimited(Duration.ofSeconds(42)));
        world.simulator.on(GROQ, GROQ_TWO).next(new Fault.RateLimited(Duration.ofSeconds(77)));

        HttpResponse<String> first = world.chat(HELLO_20B);
        HttpResponse<String> second = world.chat(HELLO_20B);

        for (HttpResponse<String> response : List.of(first, second)) {
            assertEquals(503, response.statusCode());
            assertEquals("all_keys_failed", json(response).path("code").asText());
            assertEquals("42", header(response, "Retry-After"));
            assertTrue(json(response).path("details").has("groq/1"), response::body);
            assertTrue(json(response).path("details").has("groq/2"), response::body);
        }
        assertEquals(2, world.chats().size(), "the second request asked nobody");
    }

    @Test
    void all_providers_failing_is_said_by_provider() {
        world.simulator.on(GROQ).always(Fault.status(500));
        world.simulator.on(CEREBRAS).always(Fault.status(500));

        HttpResponse<String> response = world.chat(HELLO);

        assertEquals(503, response.statusCode());
        assertEquals("all_providers_failed", json(response).path("code").asText());
        assertTrue(json(response).path("details").has("groq"), response::body);
        assertTrue(json(response).path("details").has("cerebras"), response::body);
    }

    @Test
    void a_model_that_none_of_the_providers_keys_can_use_is_not_found_however_often_it_is_asked_for() {
        String misnamed = "{\"model\":\"groq/gpt-oss-20b\"," + HELLO.substring(1);

        HttpResponse<String> first = world.chat(misnamed);
        HttpResponse<String> second = world.chat(misnamed);

        for (HttpResponse<String> response : List.of(first, second)) {
            assertEquals(404, response.statusCode(), response.body());
            assertEquals("model_not_found", json(response).path("code").asText());
            assertTrue(json(response).path("error").asText().contains("'openai/gpt-oss-20b'"), response::body);
            assertTrue(response.headers().firstValue("Retry-After").isEmpty(), "waiting would not help");
        }
        assertEquals(2, world.chats().size(), "the second request asked nobody");
    }

    @Test
    void what_every_provider_refuses_is_answered_with_the_last_refusal() {
        world.simulator.on(GROQ).next(KnownError.PROPERTY_UNSUPPORTED);
        world.simulator.on(CEREBRAS).next(KnownError.PROPERTY_UNSUPPORTED);

        HttpResponse<String> response = world.chat(HELLO);

        assertEquals(400, response.statusCode(), response.body());
        assertEquals("unsupported", json(response).path("code").asText());
        assertEquals(2, world.chats().size());
        assertTrue(response.headers().firstValue("Retry-After").isEmpty(), "waiting would not help");
    }

    @Test
    void a_rejected_request_is_returned_at_once_with_the_providers_own_words() {
        world.simulator.on(GROQ).always(KnownError.TOOL_USE_FAILED);

        HttpResponse<String> response = world.chat(HELLO);

        assertEquals(400, response.statusCode());
        assertEquals("rejected", json(response).path("code").asText());
        assertEquals(1, world.chats().size());
    }

    @Test
    void a_request_that_takes_too_long_as_a_whole_ends_with_504() {
        try (var slow = new World(Map.of("KEYWHEEL_REQUEST_TIMEOUT", "300ms"))) {
            slow.simulator.on(GROQ).always(Fault.named("hang:before-head"));

            HttpResponse<String> response = slow.chat(HELLO);

            assertEquals(504, response.statusCode());
            assertEquals("deadline_exceeded", json(response).path("code").asText());
        }
    }

    @Test
    void a_dead_provider_is_used_again_when_it_is_back() {
        world.simulator.on(GROQ).next(Fault.status(500));
        assertEquals("groq/1:unavailable, cerebras/1:ok", attempts(world.chat(HELLO)));

        Waiting.until(() -> attempts(world.chat(HELLO)).startsWith("groq/"));
    }

    @Test
    void an_unknown_model_is_answered_with_near_matches_and_sent_nowhere() {
        HttpResponse<String> response = world.chat(
                "{\"model\": \"openai/gpt-oss-21b\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}");

        assertEquals(404, response.statusCode());
        assertEquals("model_not_found", json(response).path("code").asText());
        assertTrue(response.body().contains("openai/gpt-oss-20b"));
        assertEquals(List.of(), world.chats());
    }

    private static String attempts(HttpResponse<String> response) {
        return header(response, "X-Keywheel-Attempts");
    }
}
