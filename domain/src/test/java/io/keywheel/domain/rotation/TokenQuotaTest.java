package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Waits for a bucket to refill before the provider refuses a call.
class TokenQuotaTest extends PoolFixture {

    /// The bucket refills 100 tokens per second.
    private static final RateLimitStatus A_HUNDRED_OF_8000_LEFT = left(100, Duration.ofSeconds(79), true);

    private static final Failure LIMITED_FOR_A_SECOND =
            new Failure.RateLimited("too many tokens", A_SECOND, A_HUNDRED_OF_8000_LEFT);

    @ParameterizedTest(name = "{0} tokens in {1} s")
    @CsvSource({"10, 0", "100, 0", "200, 1", "300, 2", "500, 4", "8000, 79", "8001, 0"})
    void request_waits_until_the_bucket_holds_its_estimated_tokens(long need, long seconds) {
        reports(A_HUNDRED_OF_8000_LEFT);

        assertReadyIn(Duration.ofSeconds(seconds), need);
        if (seconds > 0) {
            one.pass(Duration.ofSeconds(seconds));
            assertReadyIn(Duration.ZERO, need);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # The bucket refills 100 tokens per second.
                    a request waits for a call in flight once quota without it is enough | a | left 100 refilling 79s; pass 1s; begin 1 90t; none 250t in 1.4s; back 250t in 1.4s; pass 0.6s; outcome 250t in 0.4s; back 250t in 0s
                    a slow answer reports quota as of one second after its start | a | begin 1; pass 50s; answer 1 left 0 tokens 1m; back in 11s
                    a due probe overrides the token estimate until its answer | a | begin 1 500t; fail 1 limit 1s left 100 refilling 79s; none 500t in 1s; pass 1s; begin 2 500t; answer 2 left 100 refilling 79s; none 500t in 4s
                    the estimate applies again after a second without refusal of a probe | a | begin 1 500t; fail 1 limit 1s left 100 refilling 79s; pass 1s; ready 500t; pass 1s; none 500t in 5s
                    # Groups
                    a request with a refused key falls back to a key of the formerly full group | a@one b@one c@one | next a b; left 2 requests 1m; begin 1; ready; none; fail 1 refused; begin 1 with b
                    a request uses an untried key of a refilled group | a@one b@one | begin 1 500t; fail 1 empty; left 0 tokens 1m; none; pass 1m; begin 1 with b
                    a request does not wait for a group without untried keys | a b | begin 1 500t; fail 1 empty; left 0 tokens 1m; left 0 tokens 9s; none 500t in 9s; none 1 in 1m
                    """)
    void request_waits_for_the_quota_of_a_key_that_it_may_use(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
    }

    @Test
    void only_a_long_quota_shortage_is_reported_and_only_once() {
        Step.Attempt first = one.attempt();
        Step.Attempt second = one.attempt();

        List<PoolEvent> events = one.answered(first, requestsIn(Duration.ofHours(9)));

        var scope = new Scope.OfGroupModel(first.target().key().group(), BIG);
        assertEquals(List.of(new PoolEvent.CooldownStarted(scope, one.now.plus(Duration.ofHours(9)), null)), events);
        assertEquals(List.of(), one.answered(second, requestsIn(Duration.ofHours(9))));
        assertEquals(List.of(), two.answered(two.attempt(two.needing(300)), A_HUNDRED_OF_8000_LEFT));
    }

    @Test
    void quota_shortage_that_grows_beyond_an_hour_is_reported_again() {
        Step.Attempt first = one.attempt();
        one.pass(Duration.ofMillis(101));
        Step.Attempt second = one.attempt();
        one.answered(first, requestsIn(Duration.ofMinutes(59)));

        assertEquals(1, one.answered(second, requestsIn(Duration.ofMinutes(61))).size());
    }

    @Test
    void quota_shortage_caused_by_a_stream_is_reported_at_its_first_content() {
        reports(reported(new Bucket("tokens-day", 100_000L, 90_000, Duration.ofHours(2), true)));
        one.pass(Duration.ofMillis(101));
        Step.Attempt stream = one.attempt(one.needing(90_000));

        PoolEvent event = one.answering(stream).getFirst();

        var scope = new Scope.OfGroupModel(stream.target().key().group(), BIG);
        assertEquals(
                scope, assertInstanceOf(PoolEvent.CooldownStarted.class, event).scope());
    }

    @Test
    void keys_of_a_full_group_are_ready_after_a_call_is_admitted_or_withdrawn() {
        var oneGroup = new TestPool(provider(GROQ, "a", "a"));
        oneGroup.failed(oneGroup.attempt(), LIMITED_FOR_A_SECOND);
        oneGroup.pass(A_SECOND);
        oneGroup.answered(oneGroup.attempt());
        RequestAttempts request = oneGroup.request();
        Step.Attempt last = oneGroup.attempt(request);
        while (oneGroup.choose(request) instanceof Step.Attempt attempt) {
            last = attempt;
        }

        oneGroup.withdraw(last, request);
        Step.Attempt other = oneGroup.attempt(request.withFailure(last.failed(empty())));
        assertNotEquals(slot(last), slot(other));
        assertFalse(oneGroup.isReady());
        oneGroup.pass(A_SECOND);
        assertTrue(oneGroup.isReady());
    }

    private void reports(RateLimitStatus rateLimitStatus) {
        one.answered(one.attempt(), rateLimitStatus);
    }

    private void assertReadyIn(Duration time, long need) {
        KeySelector.Selection keySelection = one.choose(one.needing(need));
        if (time.isZero()) {
            assertInstanceOf(Step.Attempt.class, keySelection);
        } else {
            assertEquals(one.readyIn(time), keySelection);
        }
    }

    private static RateLimitStatus left(long tokens, Duration reset, boolean continuous) {
        return reported(new Bucket("tokens", 8000L, tokens, reset, continuous));
    }

    private static RateLimitStatus requestsIn(Duration reset) {
        return reported(new Bucket("requests-minute", 30L, 0, reset));
    }
}
