package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatException;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The error that a client gets when every key or provider failed.
class AllFailedTest {

    private static final Instant UNTIL = Samples.NOW.plusMillis(1500);
    private static final ModelId BIG = Samples.target(Samples.GROQ, 1).model();
    private static final ModelId SMALL = new ModelId("gpt-oss-20b");
    private static final PoolKey SECOND = Samples.key(Samples.GROQ, 2);

    @AutoClose
    private final TestServer testServer = new TestServer();

    private static CoolingKey cooling(PoolKey key, boolean foreseen) {
        return new CoolingKey(key, BIG, Failure.Kind.RATE_LIMITED, foreseen, UNTIL);
    }

    private Response allKeysFail(List<FailedAttempt> attempts, Instant readyAt, CoolingKey... cooling) {
        testServer.chats.fail(ChatException.allFailed(
                new Exhaustion.AllFailed(Samples.GROQ, attempts, new Unavailability(List.of(cooling), readyAt))));
        return testServer.post("/api/chat", Samples.HELLO);
    }

    private Response allProvidersFail(List<FailedAttempt> attempts, CoolingKey... cooling) {
        testServer.chats.fail(ChatException.allFailed(
                new Exhaustion.AllFailed(null, attempts, new Unavailability(List.of(cooling), Samples.NOW))));
        return testServer.post("/api/chat", Samples.HELLO);
    }

    @Test
    void tells_a_key_with_too_little_left_from_one_that_refused() {
        var response = allKeysFail(List.of(), UNTIL, cooling(SECOND, true));

        assertEquals("too little left, not asked", response.text("/details/groq~12/message"));
    }

    @Test
    void names_the_most_frequent_reason_where_no_key_was_asked() {
        var refused = new CoolingKey(Samples.key(Samples.GROQ, 1), BIG, Failure.Kind.KEY_REFUSED, false, UNTIL);

        assertEquals(
                "All keys of groq failed (no key was asked: rate_limited)",
                allKeysFail(List.of(), UNTIL, cooling(SECOND, false)).text("/error"));
        assertEquals(
                "All providers failed (no key was asked: mostly rate_limited)",
                allProvidersFail(List.of(), refused, cooling(SECOND, false), cooling(SECOND, true))
                        .text("/error"));
        assertEquals(
                "All providers failed (no key was asked: rate_limited and others)",
                allProvidersFail(List.of(), refused, cooling(SECOND, false)).text("/error"));
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
        assertEquals("gpt-oss-120b", response.text("/details/groq/model"));
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
    void says_of_each_model_how_it_failed_where_a_provider_has_several() {
        PoolKey first = Samples.key(Samples.GROQ, 1);
        var missing = new FailedAttempt(
                new Target(first, SMALL, false),
                new Failure.ModelUnavailable(new UpstreamError(404, "gone", null, null, null)),
                false);
        var response = allKeysFail(
                List.of(Samples.limited(Samples.GROQ, 1), missing),
                UNTIL,
                cooling(first, false),
                new CoolingKey(SECOND, SMALL, Failure.Kind.MODEL_UNAVAILABLE, false, UNTIL.plusSeconds(1)));

        assertEquals(TestServer.json("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests",
                            "until": "2026-11-25T12:00:01.500Z",
                            "models": {
                                "gpt-oss-120b": {"code": "rate_limited", "message": "too many requests",
                                                 "until": "2026-11-25T12:00:01.500Z"},
                                "gpt-oss-20b": {"code": "model_unavailable", "message": "gone"}}},
                         "groq/2": {"code": "model_unavailable", "message": "cooling, not asked",
                                    "until": "2026-11-25T12:00:02.500Z",
                            "models": {
                                "gpt-oss-20b": {"code": "model_unavailable", "message": "cooling, not asked",
                                                "until": "2026-11-25T12:00:02.500Z"}}}}"""), response.json().get("details"));
    }

    @Test
    void says_of_a_retired_key_that_the_provider_refuses_it() {
        var response = allKeysFail(
                List.of(), UNTIL, new CoolingKey(SECOND, BIG, Failure.Kind.KEY_REFUSED, false, UNTIL.plusSeconds(1)));

        assertEquals(TestServer.json("""
                        {"groq/2": {"code": "key_refused", "message": "refused by the provider before, not asked",
                                    "until": "2026-11-25T12:00:02.500Z"}}"""), response.json().get("details"));
    }

    @Test
    void says_of_a_key_that_was_not_asked_why_the_model_cools_that_is_back_first() {
        PoolKey first = Samples.key(Samples.GROQ, 1);
        var response = allProvidersFail(
                List.of(),
                new CoolingKey(first, SMALL, Failure.Kind.MODEL_UNAVAILABLE, false, UNTIL.plusSeconds(600)),
                cooling(first, false));

        assertEquals("rate_limited", response.text("/details/groq/keys/groq~11/code"));
        assertEquals("2026-11-25T12:00:01.500Z", response.text("/details/groq/keys/groq~11/until"));
        assertEquals("gpt-oss-120b", response.text("/details/groq/model"));
        assertEquals("rate_limited", response.text("/details/groq/code"));
        assertTrue(response.json().at("/details/groq/until").isMissingNode());
    }

    @Test
    void names_the_model_of_a_provider_that_was_not_asked() {
        var response = allProvidersFail(
                List.of(Samples.failed(Samples.CEREBRAS, 1, new Failure.TimedOut("slow"))),
                new CoolingKey(SECOND, SMALL, Failure.Kind.MODEL_UNAVAILABLE, false, UNTIL));

        assertEquals("gpt-oss-20b", response.text("/details/groq/model"));
        assertEquals("model_unavailable", response.text("/details/groq/code"));
        assertTrue(response.json().at("/details/groq/keys/groq~12/models").isMissingNode());
    }

    @Test
    void names_fifty_keys_and_models_but_all_models_of_the_first_key() {
        var two = IntStream.rangeClosed(2, 53)
                .mapToObj(i -> Samples.key(Samples.GROQ, i / 2 + 1))
                .map(key -> new CoolingKey(key, BIG, Failure.Kind.UNAVAILABLE, false, UNTIL))
                .toArray(CoolingKey[]::new);
        for (int i = 0; i < two.length; i += 2) {
            two[i] = new CoolingKey(two[i].key(), SMALL, Failure.Kind.UNAVAILABLE, false, UNTIL);
        }
        var many = IntStream.rangeClosed(1, 60)
                .mapToObj(i -> new CoolingKey(SECOND, new ModelId("m" + i), Failure.Kind.UNAVAILABLE, false, UNTIL))
                .toArray(CoolingKey[]::new);

        assertEquals(
                2, allKeysFail(List.of(), UNTIL, two).json().at("/details/more").intValue());
        assertEquals(
                60,
                allKeysFail(List.of(), UNTIL, many)
                        .json()
                        .at("/details/groq~12/models")
                        .size());
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
