package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The error that a client gets when a chat failed: at one key, at every key, or in the gateway.
class AllFailedTest {

    private static final Instant UNTIL = Samples.NOW.plusMillis(1500);
    private static final ModelId BIG = Samples.target(Samples.GROQ, 1).model();
    private static final ModelId SMALL = new ModelId("gpt-oss-20b");
    private static final PoolKey FIRST = Samples.key(Samples.GROQ, 1);
    private static final PoolKey SECOND = Samples.key(Samples.GROQ, 2);
    private static final CoolingKey REFUSED = new CoolingKey(FIRST, BIG, Failure.Kind.KEY_REFUSED, false, UNTIL);

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private static CoolingKey cooling(PoolKey key, boolean foreseen) {
        return new CoolingKey(key, BIG, Failure.Kind.RATE_LIMITED, foreseen, UNTIL);
    }

    private Response allKeysFail(List<FailedAttempt> attempts, CoolingKey... cooling) {
        return allFail(Samples.GROQ, attempts, UNTIL, cooling);
    }

    private Response allProvidersFail(List<FailedAttempt> attempts, CoolingKey... cooling) {
        return allFail(null, attempts, Samples.NOW, cooling);
    }

    private Response allFail(
            @Nullable ProviderId provider, List<FailedAttempt> attempts, Instant readyAt, CoolingKey... cooling) {
        var unavailability = new Unavailability(List.of(cooling), 0, Set.of(), readyAt);
        testServer.chats.fail(
                ChatException.allFailed(attempts, new Exhaustion.AllFailed(provider, unavailability, false)));
        return testServer.post("/api/chat", Samples.HELLO);
    }

    private static void assertDetails(String json, Response response) {
        assertEquals(TestServer.json(json), response.json().get("details"));
    }

    @Test
    void error_without_attempts_names_the_most_frequent_reason() {
        assertEquals(
                "All keys of groq failed (no key was ready: rate_limited)",
                allKeysFail(List.of(), cooling(SECOND, false)).text("/error"));
        assertEquals(
                "All providers failed (no key was ready: mostly rate_limited)",
                allProvidersFail(List.of(), REFUSED, cooling(SECOND, false), cooling(SECOND, true))
                        .text("/error"));
        assertEquals(
                "All providers failed (no key was ready: rate_limited and others)",
                allProvidersFail(List.of(), REFUSED, cooling(SECOND, false)).text("/error"));
    }

    @Test
    void all_keys_failed_reports_each_key() {
        var response = allKeysFail(List.of(Samples.limited(Samples.GROQ, 1)), cooling(SECOND, false));

        response.assertError(503, "all_keys_failed")
                .assertHeader("Retry-After", "2")
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited")
                .assertHeader("X-Request-Id", response.text("/request_id"));
        assertEquals("All keys of groq failed", response.text("/error"));
        assertDetails("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests"},
                         "groq/2": {"code": "rate_limited", "message": "cooling, not asked",
                                    "until": "2026-11-25T12:00:01.500Z"}}""", response);
    }

    @Test
    void details_merge_a_moved_key_and_separate_two_keys_of_one_slot() {
        PoolKey moved = new PoolKey(new KeySlot(Samples.GROQ, 2), FIRST.group(), FIRST.fingerprint());
        PoolKey other = new PoolKey(FIRST.slot(), SECOND.group(), "feedbeef");
        var response =
                allKeysFail(List.of(Samples.limited(Samples.GROQ, 1)), cooling(other, false), cooling(moved, false));

        assertDetails("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests",
                                    "until": "2026-11-25T12:00:01.500Z"},
                         "groq/1 feedbeef": {"code": "rate_limited", "message": "cooling, not asked",
                                    "until": "2026-11-25T12:00:01.500Z"}}""", response);
    }

    @Test
    void all_providers_failed_reports_each_provider() {
        var response = allProvidersFail(List.of(
                Samples.limited(Samples.GROQ, 1), Samples.failed(Samples.CEREBRAS, 1, new Failure.TimedOut("slow"))));

        // Retry-After is at least one second.
        response.assertError(503, "all_providers_failed").assertHeader("Retry-After", "1");
        assertEquals("rate_limited", response.text("/details/groq/code"));
        assertEquals("gpt-oss-120b", response.text("/details/groq/model"));
        assertEquals("timed_out", response.text("/details/cerebras/code"));
        assertEquals("slow", response.text("/details/cerebras/message"));
        assertEquals("timed_out", response.text("/details/cerebras/keys/cerebras~11/code"));
    }

    @Test
    void provider_summary_prefers_an_attempt_over_an_unasked_key() {
        var tooLarge = new Failure.TooLarge(new UpstreamError(413, "too long", null, null, null));
        var response = allProvidersFail(List.of(Samples.failed(Samples.GROQ, 1, tooLarge)), cooling(SECOND, false));

        assertEquals("too_large", response.text("/details/groq/code"));
        assertEquals("too long", response.text("/details/groq/message"));
    }

    @Test
    void key_details_list_each_failed_model() {
        var missing = new FailedAttempt(
                new Target(FIRST, SMALL, false),
                new Failure.ModelUnavailable(new UpstreamError(404, "gone", null, null, null)),
                false,
                0);
        var response = allKeysFail(
                List.of(Samples.limited(Samples.GROQ, 1), missing),
                cooling(FIRST, false),
                new CoolingKey(SECOND, SMALL, Failure.Kind.MODEL_UNAVAILABLE, false, UNTIL.plusSeconds(1)));

        assertDetails("""
                        {"groq/1": {"code": "rate_limited", "message": "too many requests",
                            "until": "2026-11-25T12:00:01.500Z", "model": "gpt-oss-120b",
                            "models": {
                                "gpt-oss-120b": {"code": "rate_limited", "message": "too many requests",
                                                 "until": "2026-11-25T12:00:01.500Z"},
                                "gpt-oss-20b": {"code": "model_unavailable", "message": "gone"}}},
                         "groq/2": {"code": "model_unavailable", "message": "cooling, not asked",
                                    "until": "2026-11-25T12:00:02.500Z", "model": "gpt-oss-20b",
                            "models": {
                                "gpt-oss-20b": {"code": "model_unavailable", "message": "cooling, not asked",
                                                "until": "2026-11-25T12:00:02.500Z"}}}}""", response);
    }

    @Test
    void keys_that_were_not_asked_say_why() {
        var response = allKeysFail(List.of(), REFUSED, cooling(SECOND, true));

        assertDetails("""
                        {"groq/1": {"code": "key_refused", "message": "refused by the provider before, not asked",
                                    "until": "2026-11-25T12:00:01.500Z"},
                         "groq/2": {"code": "rate_limited", "message": "too little left for this request, not asked",
                                    "until": "2026-11-25T12:00:01.500Z"}}""", response);
    }

    @Test
    void unasked_key_reports_the_cooldown_that_ends_first() {
        var response = allProvidersFail(
                List.of(),
                new CoolingKey(FIRST, SMALL, Failure.Kind.MODEL_UNAVAILABLE, false, UNTIL.plusSeconds(600)),
                cooling(FIRST, false));

        assertEquals("rate_limited", response.text("/details/groq/keys/groq~11/code"));
        assertEquals("2026-11-25T12:00:01.500Z", response.text("/details/groq/keys/groq~11/until"));
        assertEquals("gpt-oss-120b", response.text("/details/groq/model"));
        assertEquals("rate_limited", response.text("/details/groq/code"));
        assertTrue(response.json().at("/details/groq/until").isMissingNode());
    }

    @Test
    void unasked_provider_is_reported_with_its_model() {
        var response = allProvidersFail(
                List.of(Samples.failed(Samples.CEREBRAS, 1, new Failure.TimedOut("slow"))),
                new CoolingKey(SECOND, SMALL, Failure.Kind.MODEL_UNAVAILABLE, false, UNTIL));

        assertEquals("gpt-oss-20b", response.text("/details/groq/model"));
        assertEquals("model_unavailable", response.text("/details/groq/code"));
        assertTrue(response.json().at("/details/groq/keys/groq~12/models").isMissingNode());
    }

    @Test
    void details_list_50_key_models_but_every_model_of_the_first_key() {
        var two = IntStream.rangeClosed(2, 53)
                .mapToObj(i -> unavailable(Samples.key(Samples.GROQ, i / 2 + 1), i % 2 == 0 ? SMALL : BIG))
                .toArray(CoolingKey[]::new);
        var many = IntStream.rangeClosed(1, 60)
                .mapToObj(i -> unavailable(SECOND, new ModelId("m" + i)))
                .toArray(CoolingKey[]::new);
        JsonNode ofTwo = allKeysFail(List.of(), two).json();
        JsonNode ofMany = allKeysFail(List.of(), many).json();

        assertEquals(2, ofTwo.at("/details/more").intValue());
        assertEquals(60, ofMany.at("/details/groq~12/models").size());
    }

    private static CoolingKey unavailable(PoolKey key, ModelId model) {
        return new CoolingKey(key, model, Failure.Kind.UNAVAILABLE, false, UNTIL);
    }

    @Test
    void details_list_50_keys_and_count_the_rest() {
        var attempts = IntStream.rangeClosed(1, 120)
                .mapToObj(i -> Samples.limited(Samples.GROQ, i))
                .toList();
        var ofKeys = allKeysFail(attempts);
        var ofProviders = allProvidersFail(attempts);

        assertEquals(51, ofKeys.json().get("details").size());
        assertEquals(70, ofKeys.json().at("/details/more").intValue());
        assertEquals(70, ofProviders.json().at("/details/more").intValue());
        assertTrue(ofKeys.header("X-Keywheel-Attempts").endsWith("groq/50:rate_limited, 70 more"));
    }

    @Test
    void refusal_of_a_key_is_sent_without_www_authenticate() {
        testServer.chats.fail(new Failure.Rejected(new UpstreamError(401, "no", null, null, null)));
        testServer.post("/api/chat", Samples.HELLO).assertError(401, "rejected").assertHeader("WWW-Authenticate", "");
    }

    @Test
    void internal_error_response_hides_the_exception_message() {
        testServer.chats.play((_, _) -> {
            throw new IllegalStateException("secret inside");
        });
        var response = testServer.post("/api/chat", Samples.HELLO, "X-Request-Id: r-1");

        response.assertError(500, "internal");
        assertEquals("r-1", response.text("/request_id"));
        assertFalse(response.body().contains("secret"), response.body());
    }

    /// A class is missing, for example, once the jars of the running gateway are overwritten.
    @Test
    void missing_class_is_counted_once_and_as_internal() {
        var own = new TestServer();
        try (own) {
            own.chats.play((_, _) -> {
                throw new NoClassDefFoundError("a/Missing");
            });
            own.post("/api/chat", Samples.HELLO).assertError(500, "internal");
        }

        // Helidon's own handling of errors counts the request twice, the second time after the response.
        assertEquals("internal", own.counted.only().ending().outcome().label());
    }

    @Test
    void missing_class_ends_a_stream_with_an_error_event() {
        testServer.chats.play((_, sink) -> {
            Samples.begin(sink, "a");
            throw new NoClassDefFoundError("a/Missing");
        });

        String body = testServer.post("/api/chat/stream", Samples.HELLO).body();

        assertTrue(body.contains("\"code\":\"internal\""), body);
    }
}
