package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Checks `/metrics` after chats.
@Timeout(120)
class MetricsTest {

    @AutoClose
    private final World world = new World();

    /// Polls, because a request is counted only after its answer was sent.
    private Scrape scrapeOnce(String name, String labels, double value) {
        Waiting.until(() -> Scrape.of(world).value(name, labels) == value);
        return Scrape.of(world);
    }

    @Test
    void chat_increments_request_attempt_token_and_duration_metrics() {
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

    @Test
    void rate_limit_increments_failed_attempts_and_reports_the_key_as_cooling() {
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
    void in_flight_gauge_counts_a_chat_until_it_ends() {
        world.simulator.on(GROQ, GROQ_ONE).next(Fault.named("hang:before-head"));
        var answer = world.sendAsync(world.request("/api/chat", HELLO));

        scrapeOnce("keywheel_requests_in_flight", "", 1);

        answer.cancel(true);
        scrapeOnce("keywheel_requests_in_flight", "", 0);
    }
}
