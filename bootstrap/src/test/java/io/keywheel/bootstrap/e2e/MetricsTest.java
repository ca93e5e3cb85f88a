package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `/metrics` says of what happens.
@Timeout(60)
class MetricsTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    @AutoClose
    private final World world = new World();

    /// A request is counted when its answer has gone out, so its client may be ahead.
    private Scrape scrapeOnce(String name, String labels, double value) {
        Waiting.until(() -> Scrape.of(world).value(name, labels) == value);
        return Scrape.of(world);
    }

    @Test
    void a_chat_moves_requests_attempts_tokens_and_times() {
        world.chat(HELLO);

        Scrape page = scrapeOnce("keywheel_requests_total", "door=json, path=A, outcome=ok", 1);
        assertEquals(
                1,
                page.value(
                        "keywheel_attempts_total", "provider=groq, key=groq/1, model=openai/gpt-oss-120b, outcome=ok"));
        assertTrue(page.value("keywheel_tokens_total", "provider=groq, direction=in") > 0);
        assertTrue(page.value("keywheel_tokens_total", "provider=groq, direction=out") > 0);
        assertEquals(1, page.value("keywheel_request_duration_seconds_count", "door=json, path=A, answered=true"));
        assertEquals(1, page.value("keywheel_request_first_content_seconds_count", "door=json, path=A"));
        assertEquals(1, page.value("keywheel_attempt_duration_seconds_count", "provider=groq, answered=true"));
    }

    @Test
    void a_stream_moves_the_same_at_its_door() {
        world.stream(HELLO.replaceFirst("\\{", "{\"model\": \"openai/gpt-oss-20b\", "));

        Scrape page = scrapeOnce("keywheel_requests_total", "door=sse, path=B, outcome=ok", 1);
        assertEquals(1, page.value("keywheel_attempts_total", "model=openai/gpt-oss-20b, outcome=ok"));
        assertEquals(1, page.value("keywheel_request_first_content_seconds_count", "door=sse, path=B"));
        assertTrue(page.value("keywheel_request_first_content_seconds_sum", "door=sse")
                <= page.value("keywheel_request_duration_seconds_sum", "door=sse"));
    }

    @Test
    void a_chat_on_a_socket_is_counted_at_its_door() throws InterruptedException {
        try (var socket = ChatSocket.open(world.client, world.gateway.address()).opened()) {
            socket.ask("1", "Hello");
            socket.last();
        }

        scrapeOnce("keywheel_requests_total", "door=websocket, path=A, outcome=ok", 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_chat_by_the_openai_door_is_counted_at_its_door(boolean stream) {
        world.post(
                "/v1/chat/completions",
                HELLO.replaceFirst("\\{", "{\"model\": \"auto\", \"stream\": " + stream + ", "));

        scrapeOnce("keywheel_requests_total", "path=A, outcome=ok, door=" + (stream ? "openai_stream" : "openai"), 1);
    }

    @Test
    void a_failover_moves_an_attempt_that_failed_and_one_that_did_not() {
        world.simulator.on(GROQ, GROQ_ONE).next(Fault.status(500));

        world.chat(HELLO);

        Scrape page = scrapeOnce("keywheel_requests_total", "outcome=ok", 1);
        assertEquals(1, page.value("keywheel_attempts_total", "key=groq/1, outcome=unavailable"));
        assertEquals(1, page.value("keywheel_attempts_total", "key=cerebras/1, outcome=ok"));
        assertEquals(1, page.value("keywheel_attempt_duration_seconds_count", "provider=groq, answered=false"));
    }

    @Test
    void a_429_moves_the_state_of_its_key() {
        assertEquals(2, Scrape.of(world).value("keywheel_keys", "provider=groq, state=ready"));
        world.simulator.on(GROQ, GROQ_ONE).next(new Fault.RateLimited(Duration.ofMinutes(1)));

        world.chat(HELLO);

        Scrape page = scrapeOnce("keywheel_attempts_total", "key=groq/1, outcome=rate_limited", 1);
        assertEquals(1, page.value("keywheel_keys", "provider=groq, state=ready"));
        assertEquals(1, page.value("keywheel_keys", "provider=groq, state=cooling"));
        assertEquals(1, page.value("keywheel_key_state", "key=groq/1, state=cooling"));
        assertEquals(0, page.value("keywheel_key_state", "key=groq/1, state=ready"));
    }

    @Test
    void what_is_refused_at_the_door_is_counted_and_not_timed() {
        world.chat("{}");
        world.get("/nothing");

        Scrape page = scrapeOnce("keywheel_requests_total", "door=other, path=none, outcome=not_found", 1);
        assertEquals(1, page.value("keywheel_requests_total", "door=json, path=none, outcome=invalid_request"));
        assertEquals(0, page.value("keywheel_request_duration_seconds_count", ""));
    }

    @Test
    void a_chat_is_in_flight_until_it_ends() {
        world.simulator.on(GROQ, GROQ_ONE).next(Fault.named("hang:before-head"));
        var answer = world.client.sendAsync(world.request("/api/chat", HELLO), BodyHandlers.discarding());

        scrapeOnce("keywheel_requests_in_flight", "", 1);

        answer.cancel(true);
        scrapeOnce("keywheel_requests_in_flight", "", 0);
    }

    @Test
    void models_that_clients_make_up_are_one() {
        for (int i = 0; i < 20; i++) {
            world.chat(HELLO.replaceFirst("\\{", "{\"provider\": \"groq\", \"model\": \"made-up-" + i + "\", "));
        }

        Scrape page = scrapeOnce("keywheel_requests_total", "path=B", 20);
        assertTrue(page.value("keywheel_attempts_total", "model=other") >= 1);
        assertFalse(page.text().contains("made-up"));
    }

    @Test
    void no_key_is_on_the_page() {
        for (String fault : List.of("echo-key", "invalid-key", "rate-limited:1s")) {
            world.simulator.on(GROQ).next(Fault.named(fault));
            world.simulator.on(CEREBRAS).next(Fault.named(fault));
            world.chat(HELLO);
        }

        String page = world.get("/metrics").body();

        assertFalse(page.contains("canary"), page);
    }

    @Test
    void the_page_needs_a_token_like_the_rest() throws Exception {
        try (var guarded = new World(Map.of("KEYWHEEL_ACCESS_TOKENS", "a-token-of-some-length"))) {
            assertEquals(401, guarded.get("/metrics").statusCode());

            var request = HttpRequest.newBuilder(guarded.uri("/metrics"))
                    .header("Authorization", "Bearer a-token-of-some-length")
                    .build();
            assertEquals(
                    200, guarded.client.send(request, BodyHandlers.discarding()).statusCode());
        }
    }
}
