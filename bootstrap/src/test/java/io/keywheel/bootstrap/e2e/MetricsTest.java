package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.hello;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `/metrics` says of what happens.
@Timeout(120)
class MetricsTest {

    @AutoClose
    private final World world = new World();

    /// A request is counted when its answer has gone out, so its client may be ahead.
    private Scrape scrapeOnce(String name, String labels, double value) {
        Waiting.until(() -> Scrape.of(world).value(name, labels) == value);
        return Scrape.of(world);
    }

    @Test
    void chat_counts_its_request_attempt_tokens_and_times() {
        world.chat(HELLO);

        Scrape page = scrapeOnce("keywheel_requests_total", "door=json, path=A, outcome=ok", 1);
        String attempt = "provider=groq, key=groq/1, model=openai/gpt-oss-120b, outcome=ok";
        assertEquals(1, page.value("keywheel_attempts_total", attempt));
        assertTrue(page.value("keywheel_tokens_total", "provider=groq, direction=in") > 0);
        assertTrue(page.value("keywheel_tokens_total", "provider=groq, direction=out") > 0);
        assertEquals(1, page.value("keywheel_request_duration_seconds_count", "door=json, path=A, answered=true"));
        assertEquals(1, page.value("keywheel_request_first_content_seconds_count", "door=json, path=A"));
        assertEquals(1, page.value("keywheel_attempt_duration_seconds_count", "provider=groq, answered=true"));
    }

    @ParameterizedTest
    @CsvSource({"groq/openai/gpt-oss-120b, false", "groq/openai/gpt-oss-120b, true", "cerebras/gpt-oss-120b, true"})
    void cached_tokens_of_a_long_prompt_are_told_and_counted(String model, boolean stream) {
        String hello = "{\"model\": \"%s\", %s\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
                .formatted(
                        model,
                        stream ? "\"stream\": true, \"stream_options\": {\"include_usage\": true}, " : "",
                        "Hello ".repeat(300));
        // The two keys take turns, and each is of an organisation of its own.
        for (String told : List.of("", "", "\"cached_tokens\":256", "\"cached_tokens\":256")) {
            String answer = world.post("/v1/chat/completions", hello).body();
            assertTrue(answer.contains(told), answer);
        }

        scrapeOnce("keywheel_requests_total", "outcome=ok", 4);
        String provider = model.substring(0, model.indexOf('/'));
        assertEquals(512, Scrape.of(world).value("keywheel_tokens_total", "direction=cached, provider=" + provider));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/chat/stream, false, sse",
        "/v1/chat/completions, false, openai",
        "/v1/chat/completions, true, openai_stream",
    })
    void chat_is_counted_at_its_api(String path, boolean stream, String api) {
        world.post(path, hello(stream ? "\"model\": \"auto\", \"stream\": true, " : ""));

        scrapeOnce("keywheel_requests_total", "path=A, outcome=ok, door=" + api, 1);
    }

    @Test
    void chat_on_a_socket_is_counted_at_its_api() throws InterruptedException {
        try (var socket = ChatSocket.open(world.client, world.gateway.address()).opened()) {
            socket.ask("1", "Hello");
            socket.last();
        }

        scrapeOnce("keywheel_requests_total", "door=websocket, path=A, outcome=ok", 1);
    }

    @Test
    void rate_limit_counts_a_failed_attempt_and_shows_the_state_of_its_key() {
        assertEquals(2, Scrape.of(world).value("keywheel_keys", "provider=groq, state=ready"));
        world.simulator.on(GROQ, GROQ_ONE).next(new Fault.RateLimited(Duration.ofMinutes(1)));

        world.chat(HELLO);

        Scrape page = scrapeOnce("keywheel_requests_total", "outcome=ok", 1);
        assertEquals(1, page.value("keywheel_attempts_total", "key=groq/1, outcome=rate_limited"));
        assertEquals(1, page.value("keywheel_attempts_total", "key=cerebras/1, outcome=ok"));
        assertEquals(1, page.value("keywheel_attempt_duration_seconds_count", "provider=groq, answered=false"));
        assertEquals(1, page.value("keywheel_keys", "provider=groq, state=ready"));
        assertEquals(1, page.value("keywheel_key_state", "key=groq/1, state=cooling"));
    }

    @Test
    void refused_request_is_counted_and_not_timed() {
        world.chat("{}");
        world.get("/nothing");

        Scrape page = scrapeOnce("keywheel_requests_total", "door=other, path=none, outcome=not_found", 1);
        assertEquals(1, page.value("keywheel_requests_total", "door=json, path=none, outcome=invalid_request"));
        assertEquals(0, page.value("keywheel_request_duration_seconds_count", ""));
    }

    @Test
    void chat_is_in_flight_until_it_ends() {
        world.simulator.on(GROQ, GROQ_ONE).next(Fault.named("hang:before-head"));
        var answer = world.client.sendAsync(world.request("/api/chat", HELLO), BodyHandlers.discarding());

        scrapeOnce("keywheel_requests_in_flight", "", 1);

        answer.cancel(true);
        scrapeOnce("keywheel_requests_in_flight", "", 0);
    }

    @Test
    void unknown_models_are_counted_as_one() {
        for (int i = 0; i < 5; i++) {
            world.chat(hello("\"provider\": \"groq\", \"model\": \"made-up-" + i + "\", "));
        }

        Scrape page = scrapeOnce("keywheel_requests_total", "path=B", 5);
        assertTrue(page.value("keywheel_attempts_total", "model=other") >= 1);
        assertFalse(page.text().contains("made-up"));
    }
}
