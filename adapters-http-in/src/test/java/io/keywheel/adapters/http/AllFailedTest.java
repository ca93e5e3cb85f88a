package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The error that a client gets when every key or provider failed.
class AllFailedTest {

    private static final CoolingKey RESTING = new CoolingKey(
            Samples.key(Samples.GROQ, 2), Failure.Kind.RATE_LIMITED, false, Samples.NOW.plusMillis(1500));

    @AutoClose
    private final TestServer testServer = new TestServer();

    private Response failWith(ChatException e) {
        testServer.chats.fail(e);
        return testServer.post("/api/chat", Samples.HELLO);
    }

    @Test
    void tells_a_key_with_too_little_left_from_one_that_refused() {
        var spent = new CoolingKey(RESTING.key(), RESTING.reason(), true, RESTING.until());

        var response = failWith(new AllKeysFailedException(new Exhaustion.AllKeysFailed(
                Samples.GROQ, List.of(), new Unavailability(List.of(spent), RESTING.until()))));

        assertTrue(response.body().contains("\"message\":\"too little left, not asked\""), response.body());
    }

    @Test
    void tells_of_every_key_when_all_of_them_failed() {
        var unavailability = new Unavailability(List.of(RESTING), Samples.NOW.plusMillis(1500));

        var response = failWith(new AllKeysFailedException(
                new Exhaustion.AllKeysFailed(Samples.GROQ, List.of(Samples.limited(Samples.GROQ, 1)), unavailability)));

        response.assertStatus(503);
        response.assertHeader("Retry-After", "2");
        response.assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited");
        var said = response.json();
        assertEquals("all_keys_failed", said.get("code").textValue());
        assertEquals("All keys of groq failed", said.get("error").textValue());
        assertEquals(response.header("X-Request-Id"), said.get("request_id").textValue());
        assertEquals(TestServer.json("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests"},
                         "groq/2": {"code": "rate_limited", "message": "resting, not asked",
                                    "until": "2026-11-25T12:00:01.500Z"}}"""), said.get("details"));
    }

    @Test
    void tells_two_keys_apart_that_had_the_same_place_and_knows_one_that_had_two() {
        PoolKey first = Samples.key(Samples.GROQ, 1);
        PoolKey moved = new PoolKey(new KeySlot(Samples.GROQ, 2), first.group(), first.fingerprint());
        PoolKey other = new PoolKey(first.slot(), RESTING.key().group(), "feedbeef");
        var resting = List.of(
                new CoolingKey(other, RESTING.reason(), false, Samples.NOW),
                new CoolingKey(moved, RESTING.reason(), false, Samples.NOW));

        var response = failWith(new AllKeysFailedException(new Exhaustion.AllKeysFailed(
                Samples.GROQ, List.of(Samples.limited(Samples.GROQ, 1)), new Unavailability(resting, Samples.NOW))));

        assertEquals(TestServer.json("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests",
                                    "until": "2026-11-25T12:00:00Z"},
                         "groq/1 feedbeef": {"code": "rate_limited", "message": "resting, not asked",
                                    "until": "2026-11-25T12:00:00Z"}}"""), response.json().get("details"));
    }

    @Test
    void tells_of_every_provider_when_all_of_them_failed() {
        var attempts = List.of(
                Samples.limited(Samples.GROQ, 1), Samples.failed(Samples.CEREBRAS, 1, new Failure.TimedOut("slow")));

        var response = failWith(new AllProvidersFailedException(
                new Exhaustion.AllProvidersFailed(attempts, new Unavailability(List.of(), Samples.NOW))));

        response.assertStatus(503);
        response.assertHeader("Retry-After", "1");
        var details = response.json().get("details");
        assertEquals("rate_limited", details.at("/groq/code").textValue());
        assertEquals("timed_out", details.at("/cerebras/code").textValue());
        assertEquals("slow", details.at("/cerebras/message").textValue());
        assertEquals("timed_out", details.at("/cerebras/keys/cerebras~11/code").textValue());
    }

    @Test
    void sums_a_provider_up_by_what_it_said_and_not_by_a_key_that_was_not_asked() {
        var unavailability = new Unavailability(List.of(RESTING), Samples.NOW);
        var asked = Samples.failed(
                Samples.GROQ, 1, new Failure.TooLarge(new UpstreamError(413, "too long", null, null, null)));

        var response = failWith(
                new AllProvidersFailedException(new Exhaustion.AllProvidersFailed(List.of(asked), unavailability)));

        assertEquals("too_large", response.text("/details/groq/code"));
        assertEquals("too long", response.text("/details/groq/message"));
    }

    @Test
    void asks_to_wait_a_second_at_least() {
        var unavailability = new Unavailability(List.of(), Samples.NOW);

        var response = failWith(new AllKeysFailedException(
                new Exhaustion.AllKeysFailed(Samples.GROQ, List.of(Samples.limited(Samples.GROQ, 1)), unavailability)));

        response.assertHeader("Retry-After", "1");
    }

    @Test
    void names_fifty_keys_and_counts_the_others() {
        var attempts = IntStream.rangeClosed(1, 120)
                .mapToObj(i -> Samples.limited(Samples.GROQ, i))
                .toList();

        var response = failWith(new AllKeysFailedException(
                new Exhaustion.AllKeysFailed(Samples.GROQ, attempts, new Unavailability(List.of(), Samples.NOW))));

        assertEquals(51, response.json().get("details").size());
        assertEquals(70, response.json().at("/details/more").intValue());
        assertTrue(response.header("X-Keywheel-Attempts").endsWith("groq/50:rate_limited, 70 more"));
    }
}
