package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The error that a client gets when every key or provider failed.
class AllFailedTest {

    private static final Instant UNTIL = Samples.NOW.plusMillis(1500);
    private static final PoolKey SECOND = Samples.key(Samples.GROQ, 2);

    @AutoClose
    private final TestServer testServer = new TestServer();

    private static CoolingKey cooling(PoolKey key, boolean foreseen) {
        return new CoolingKey(key, Failure.Kind.RATE_LIMITED, foreseen, UNTIL);
    }

    private Response allKeysFail(List<FailedAttempt> attempts, Instant readyAt, CoolingKey... cooling) {
        testServer.chats.fail(new AllKeysFailedException(
                new Exhaustion.AllKeysFailed(Samples.GROQ, attempts, new Unavailability(List.of(cooling), readyAt))));
        return testServer.post("/api/chat", Samples.HELLO);
    }

    private Response allProvidersFail(List<FailedAttempt> attempts, CoolingKey... cooling) {
        testServer.chats.fail(new AllProvidersFailedException(
                new Exhaustion.AllProvidersFailed(attempts, new Unavailability(List.of(cooling), Samples.NOW))));
        return testServer.post("/api/chat", Samples.HELLO);
    }

    @Test
    void tells_a_key_with_too_little_left_from_one_that_refused() {
        var response = allKeysFail(List.of(), UNTIL, cooling(SECOND, true));

        assertEquals("too little left, not asked", response.text("/details/groq~12/message"));
    }

    @Test
    void tells_of_every_key_when_all_of_them_failed() {
        var response = allKeysFail(List.of(Samples.limited(Samples.GROQ, 1)), UNTIL, cooling(SECOND, false));

        response.assertError(503, "all_keys_failed")
                .assertHeader("Retry-After", "2")
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited")
                .assertHeader("X-Request-Id", response.text("/request_id"));
        assertEquals("All keys of groq failed", response.text("/error"));
        assertEquals(TestServer.json("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests"},
                         "groq/2": {"code": "rate_limited", "message": "cooling, not asked",
                                    "until": "2026-11-25T12:00:01.500Z"}}"""), response.json().get("details"));
    }

    @Test
    void tells_two_keys_apart_that_had_the_same_place_and_knows_one_that_had_two() {
        PoolKey first = Samples.key(Samples.GROQ, 1);
        PoolKey moved = new PoolKey(new KeySlot(Samples.GROQ, 2), first.group(), first.fingerprint());
        PoolKey other = new PoolKey(first.slot(), SECOND.group(), "feedbeef");
        var response = allKeysFail(
                List.of(Samples.limited(Samples.GROQ, 1)), UNTIL, cooling(other, false), cooling(moved, false));

        assertEquals(TestServer.json("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests",
                                    "until": "2026-11-25T12:00:01.500Z"},
                         "groq/1 feedbeef": {"code": "rate_limited", "message": "cooling, not asked",
                                    "until": "2026-11-25T12:00:01.500Z"}}"""), response.json().get("details"));
    }

    @Test
    void tells_of_every_provider_when_all_of_them_failed() {
        var response = allProvidersFail(List.of(
                Samples.limited(Samples.GROQ, 1), Samples.failed(Samples.CEREBRAS, 1, new Failure.TimedOut("slow"))));

        // However soon a key is ready, a client waits a second.
        response.assertError(503, "all_providers_failed").assertHeader("Retry-After", "1");
        assertEquals("rate_limited", response.text("/details/groq/code"));
        assertEquals("timed_out", response.text("/details/cerebras/code"));
        assertEquals("slow", response.text("/details/cerebras/message"));
        assertEquals("timed_out", response.text("/details/cerebras/keys/cerebras~11/code"));
    }

    @Test
    void sums_a_provider_up_by_what_it_said_and_not_by_a_key_that_was_not_asked() {
        var tooLarge = new Failure.TooLarge(new UpstreamError(413, "too long", null, null, null));
        var response = allProvidersFail(List.of(Samples.failed(Samples.GROQ, 1, tooLarge)), cooling(SECOND, false));

        assertEquals("too_large", response.text("/details/groq/code"));
        assertEquals("too long", response.text("/details/groq/message"));
    }

    @Test
    void names_fifty_keys_and_counts_the_others() {
        var attempts = IntStream.rangeClosed(1, 120)
                .mapToObj(i -> Samples.limited(Samples.GROQ, i))
                .toList();
        var ofKeys = allKeysFail(attempts, Samples.NOW);
        var ofProviders = allProvidersFail(attempts);

        assertEquals(51, ofKeys.json().get("details").size());
        assertEquals(70, ofKeys.json().at("/details/more").intValue());
        assertEquals(70, ofProviders.json().at("/details/more").intValue());
        assertTrue(ofKeys.header("X-Keywheel-Attempts").endsWith("groq/50:rate_limited, 70 more"));
    }
}
