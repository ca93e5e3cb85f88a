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

    @Test
    void request_waits_for_a_call_in_flight_once_quota_without_it_is_enough() {
        reports(A_HUNDRED_OF_8000_LEFT);
        one.pass(A_SECOND);
        one.attempt(one.needing(90));
        assertEquals(one.readyIn(Duration.ofMillis(1400)), one.choose(one.needing(250)));
        assertEquals(
                one.now.plusMillis(1400), one.unavailability(one.needing(250)).readyAt());

        one.pass(Duration.ofMillis(600));

        assertEquals(one.outcomeIn(Duration.ofMillis(400)), one.choose(one.needing(250)));
        assertEquals(one.now, one.unavailability(one.needing(250)).readyAt());
    }

    @Test
    void slow_answer_reports_quota_as_of_one_second_after_its_start() {
        Step.Attempt slow = one.attempt();
        one.pass(Duration.ofSeconds(50));

        one.answered(slow, spentFor(A_MINUTE));

        assertEquals(one.now.plusSeconds(11), one.readyAt());
    }

    @Test
    void due_probe_overrides_the_token_estimate_until_its_answer() {
        one.failed(one.attempt(one.needing(500)), LIMITED_FOR_A_SECOND);
        assertReadyIn(A_SECOND, 500);
        one.pass(A_SECOND);

        Step.Attempt probe = one.attempt(one.needing(500));
        one.answered(probe, A_HUNDRED_OF_8000_LEFT);

        assertReadyIn(Duration.ofSeconds(4), 500);
    }

    @Test
    void token_estimate_applies_again_after_a_second_without_refusal_of_a_probe() {
        one.failed(one.attempt(one.needing(500)), LIMITED_FOR_A_SECOND);
        one.pass(A_SECOND);
        one.attempt(one.needing(500));

        one.pass(A_SECOND);

        assertReadyIn(Duration.ofSeconds(5), 500);
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

    @Test
    void request_with_a_refused_key_falls_back_to_a_key_of_the_formerly_full_group() {
        var oneGroup = new TestPool(provider(GROQ, "a", "a", "a"));
        oneGroup.answers(2);
        oneGroup.answered(oneGroup.attempt(), requestsLeft(2, A_MINUTE));
        RequestAttempts request = oneGroup.request();
        Step.Attempt first = oneGroup.attempt(request);
        oneGroup.attempt();
        assertFalse(oneGroup.isReady());

        Failure refused = new Failure.KeyRefused("no");
        oneGroup.failed(first, refused);

        assertEquals("groq/2", slot(oneGroup.attempt(request.withFailure(first.failed(refused)))));
    }

    @Test
    void request_uses_an_untried_key_of_a_refilled_group() {
        var oneGroup = new TestPool(provider(GROQ, "a", "a"));
        RequestAttempts tried = oneGroup.failing(oneGroup.needing(500), empty());
        oneGroup.answered(oneGroup.attempt(), spentFor(A_MINUTE));
        assertFalse(oneGroup.isReady());

        oneGroup.pass(A_MINUTE);

        assertEquals("groq/2", slot(oneGroup.attempt(tried)));
    }

    @Test
    void request_does_not_wait_for_a_group_without_untried_keys() {
        RequestAttempts tried = two.failing(two.needing(500), empty());
        two.answered(two.attempt(), spentFor(A_MINUTE));
        two.answered(two.attempt(), spentFor(Duration.ofSeconds(9)));
        assertEquals(two.readyIn(Duration.ofSeconds(9)), two.choose(two.needing(500)));

        assertEquals(two.readyIn(A_MINUTE), two.choose(tried));
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
