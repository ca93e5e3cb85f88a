package io.keywheel.domain.failover;

import static io.keywheel.domain.failover.TestQueue.ANY;
import static io.keywheel.domain.failover.TestQueue.BIG_AT_GROQ;
import static io.keywheel.domain.failover.TestQueue.GROQS_DEFAULT;
import static io.keywheel.domain.failover.TestQueue.SMALL_AT_GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitQueueTest extends PoolFixture {

    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration A_NANOSECOND = Duration.ofNanos(1);
    private static final Failure LIMITED = limited(TEN);
    private static final Route GROQ_THEN_CEREBRAS = new Route(List.of(
            new Tier(List.of(RouteTarget.ofDefaultModel(GROQ))),
            new Tier(List.of(RouteTarget.ofDefaultModel(CEREBRAS)))));
    private static final Failure BUSY = new Failure.Overloaded("busy", TEN);

    private final TestQueue queue = new TestQueue(1000, provider(GROQ, "1"));
    private final TestQueue both = new TestQueue(1000, provider(GROQ, "1"), provider(CEREBRAS, "1"));
    private final TestQueue twoKeys = new TestQueue(1000, provider(GROQ, "1", "2"));

    @Test
    void first_waiting_request_starts_exactly_when_its_cooldown_ends() {
        queue.meets(LIMITED);
        queue.come(1, 2, 3);

        assertEquals(Optional.of(START.plus(TEN)), queue.waitQueue.nextWakeup());
        assertEquals(List.of(), queue.passes(TEN.minus(A_NANOSECOND)));
        assertEquals(List.of(1), queue.passes(A_NANOSECOND));
    }

    @Test
    void close_refuses_waiting_new_and_rejoining_requests() {
        queue.come(0);
        queue.meets(LIMITED);
        queue.come(1, 2);

        assertEquals(Set.of(1, 2), Set.copyOf(queue.closes()));
        assertEquals(List.of(0), queue.withdraws(0));
        assertEquals(List.of(3), queue.come(3));
        for (int request : new int[] {0, 1, 2, 3}) {
            assertEquals(new Step.GiveUp(new Exhaustion.Closed()), queue.step(request));
        }
    }

    @Test
    void rejected_request_ends_with_its_own_failure_after_close() {
        queue.come(1);
        queue.closes();

        queue.fails(1, new Failure.Rejected(NO));

        var end = assertInstanceOf(Step.GiveUp.class, queue.step(1));
        assertInstanceOf(Exhaustion.Stopped.class, end.exhaustion());
    }

    @Test
    void request_with_fallback_passes_one_limited_to_the_first_tier() {
        both.meets(GROQS_DEFAULT, LIMITED);

        assertEquals(List.of(), both.comes(1, both.requestWithoutFallback(GROQ_THEN_CEREBRAS, 0)));
        assertEquals(List.of(), both.come(GROQS_DEFAULT, 2));
        assertEquals(List.of(3), both.come(GROQ_THEN_CEREBRAS, 3));
        assertEquals("cerebras/1", both.slot(3));
        assertEquals(List.of(1), both.passes(TEN));
    }

    @Test
    void new_request_does_not_overtake_a_waiting_one_with_a_ready_key() {
        queue.meets(LIMITED);
        queue.come(1);
        queue.now = START.plus(TEN);

        assertEquals(List.of(1), queue.come(2));
        assertTrue(queue.waits(2));
    }

    @Test
    void small_request_that_would_delay_a_large_one_does_not_pass() {
        queue.come(0);
        queue.answered(0, left(100));
        queue.now = START.plusMillis(1);
        queue.comes(1, 3000);

        assertEquals(List.of(), queue.comes(2, 10));
        assertEquals(List.of(3), queue.comes(3, queue.request(BIG_AT_GROQ, Duration.ZERO, Duration.ZERO, 10)));
        assertEquals(List.of(1), queue.passes(Duration.ofSeconds(29)));
        queue.answered(1);
        assertEquals(List.of(2), queue.passes(Duration.ofMillis(100)));
    }

    @Test
    void small_request_passes_a_large_one_with_another_key() {
        twoKeysHold(2000, 1000);
        twoKeys.comes(1, 3000);

        assertEquals(List.of(2), twoKeys.comes(2, 300));
        assertEquals(List.of(3), twoKeys.comes(3, 300));
        assertEquals(List.of("groq/2", "groq/2"), List.of(twoKeys.slot(2), twoKeys.slot(3)));
        assertEquals(List.of(1), twoKeys.passes(TEN));
        assertEquals("groq/1", twoKeys.slot(1));
    }

    @Test
    void withdrawn_small_request_passes_earlier_requests_again() {
        twoKeysHold(2000, 800);
        twoKeys.comes(1, 3000);
        assertEquals(List.of(2), twoKeys.comes(2, 300));
        assertEquals(List.of(), twoKeys.comes(3, 590));

        assertEquals(List.of(2), twoKeys.withdraws(2));
        assertEquals("groq/2", twoKeys.slot(2));
    }

    @Test
    void withdrawn_small_request_lets_a_large_one_start_that_became_ready() {
        twoKeysHold(2000, 800);
        twoKeys.comes(1, 3000);
        twoKeys.comes(2, 300);
        twoKeys.now = twoKeys.now.plus(TEN);

        assertEquals(List.of(1, 2), twoKeys.withdraws(2));
        assertEquals("groq/1", twoKeys.slot(1));
    }

    @Test
    void small_request_does_not_pass_a_large_one_in_its_last_second_of_waiting() {
        twoKeysHold(2000, 1000);
        twoKeys.comes(1, 2200);

        assertEquals(List.of(2), twoKeys.comes(2, 300));
        twoKeys.passes(Duration.ofMillis(1001));
        assertEquals(List.of(), twoKeys.comes(3, 300));
        assertEquals(List.of(1, 3), twoKeys.passes(Duration.ofMillis(999)));
    }

    @Test
    void small_request_does_not_pass_a_large_one_while_another_group_waits() {
        twoKeysHold(2000, 1000);
        twoKeys.comes(1, twoKeys.request(GROQS_DEFAULT, 3000));
        twoKeys.comes(2, 3000);

        assertEquals(List.of(), twoKeys.comes(3, 300));
    }

    @ParameterizedTest
    @CsvSource({"1000, 600, 300, false", "1000, 600, 299, true", "2000, 900, 450, false", "2000, 900, 449, true"})
    void request_passes_waiting_requests_of_more_than_twice_its_size(
            long first, long second, long need, boolean passes) {
        twoKeysHold(800, 500);
        twoKeys.comes(1, first);
        twoKeys.comes(2, second);

        assertEquals(passes ? List.of(3) : List.of(), twoKeys.comes(3, need));
    }

    @ParameterizedTest
    @CsvSource({"0, 1400, 2801, true", "0, 1400, 2800, false", "1000, 400, 1801, true", "1000, 400, 1800, false"})
    void size_of_a_request_includes_what_its_provider_reserves_for_an_unbounded_answer(
            long reserved, long prompt, long largePrompt, boolean passes) {
        var keys = new TestQueue(
                1000, new ProviderProfile(GROQ, BIG, provider(GROQ, "1", "2").keys(), reserved));
        hold(keys, 2000, 1500);
        keys.comes(1, keys.request(BIG_AT_GROQ, new TokenEstimate(largePrompt, 1, null)));

        assertEquals(
                passes ? List.of(2) : List.of(),
                keys.comes(2, keys.request(BIG_AT_GROQ, new TokenEstimate(prompt, 1, null))));
    }

    @Test
    void small_request_does_not_pass_a_large_one_on_a_tiered_route() {
        both.come(GROQS_DEFAULT, -1);
        both.come(Route.to(RouteTarget.ofDefaultModel(CEREBRAS)), -2);
        both.answered(-1, left(2000));
        both.answered(-2, left(1000));
        both.now = START.plusMillis(1);
        both.comes(1, both.request(GROQ_THEN_CEREBRAS, 3000));

        assertEquals(List.of(), both.comes(2, both.request(GROQ_THEN_CEREBRAS, 300)));
    }

    @Test
    void small_request_does_not_pass_a_large_one_waiting_for_a_call_in_flight() {
        twoKeysHold(2000, 3500);
        twoKeys.comes(0, 2500);
        twoKeys.comes(1, 3000);

        assertEquals(List.of(), twoKeys.comes(2, 300));
        assertEquals(List.of(1, 2), twoKeys.answered(0, left(3500)));
    }

    @Test
    void small_request_passes_a_large_one_at_another_model_or_provider() {
        for (RouteTarget other : List.of(new RouteTarget(GROQ, SMALL), RouteTarget.ofDefaultModel(CEREBRAS))) {
            var fresh = new TestQueue(1000, provider(GROQ, "1"), provider(CEREBRAS, "1"));
            fresh.come(-2);
            fresh.come(Route.to(other), -1);
            fresh.answered(-2, left(2000));
            fresh.answered(-1, left(1000));
            fresh.now = START.plusMillis(1);
            Route route = Route.of(List.of(new RouteTarget(GROQ, BIG), other));
            fresh.comes(1, fresh.request(route, 3000));

            assertEquals(List.of(2), fresh.comes(2, fresh.request(route, 300)));
        }
    }

    @ParameterizedTest
    @CsvSource({"3000, 29, true", "3000, 28, false", "300, 2, true", "300, 1, false"})
    void request_behind_another_is_refused_immediately_if_no_key_is_ready_in_time(
            long need, int maxWait, boolean waits) {
        smallOneWaitsFor(Duration.ofSeconds(2));

        queue.comes(2, queue.request(BIG_AT_GROQ, Duration.ofSeconds(maxWait), A_MINUTE, need));

        assertEquals(waits, queue.waits(2));
    }

    @Test
    void ready_key_of_a_request_behind_another_is_not_reserved() {
        queue.come(0);
        queue.answered(0, left(2000));
        queue.now = START.plusMillis(1);
        queue.comes(1, 3000);

        assertEquals(List.of(), queue.comes(2, queue.request(BIG_AT_GROQ, TEN.plusSeconds(5), A_MINUTE, 1800)));
        assertEquals(List.of(1), queue.passes(TEN));
    }

    private void smallOneWaitsFor(Duration time) {
        queue.come(0);
        queue.answered(0, left(100));
        queue.comes(1, 100 + time.toSeconds() * 100);
    }

    @Test
    void request_joining_behind_an_equal_one_runs_no_key_selection() {
        queue.meets(LIMITED);
        queue.come(1);
        int before = queue.choices;

        queue.come(2, 3, 4);

        assertEquals(before, queue.choices);
    }

    @Test
    void request_keeps_its_queue_place_after_a_failed_attempt() {
        twoKeys.meets(LIMITED);
        twoKeys.meets(limited(TEN.multipliedBy(2)));
        twoKeys.come(1, 2, 3);
        twoKeys.passes(TEN);

        twoKeys.fails(1, limited(TEN.multipliedBy(3)));

        assertTrue(twoKeys.waits(1));
        assertEquals(List.of(1), twoKeys.passes(TEN));
        assertEquals("groq/2", twoKeys.slot(1));
    }

    @Test
    void request_that_tried_the_ready_key_does_not_block_the_next_request() {
        twoKeys.meets(LIMITED);
        twoKeys.meets(limited(TEN.multipliedBy(3)));
        twoKeys.come(1, 2);
        twoKeys.passes(TEN);

        assertEquals(List.of(2), twoKeys.fails(1, new Failure.EmptyReply("nothing")));
        assertTrue(twoKeys.waits(1));
        assertEquals("groq/1", twoKeys.slot(2));
    }

    @Test
    void request_without_retries_left_does_not_block_one_with_retries() {
        twoKeys.meets(new Failure.KeyRefused("no"));
        twoKeys.passes(Duration.ofHours(2));
        twoKeys.come(0);
        twoKeys.comes(1, twoKeys.request(BIG_AT_GROQ, Duration.ZERO, Duration.ofMinutes(2), 0));
        twoKeys.comes(2, twoKeys.request(BIG_AT_GROQ, Duration.ofSeconds(30), Duration.ofMinutes(2), 0));
        twoKeys.fails(1, limited(Duration.ofSeconds(1)));
        twoKeys.fails(2, limited(Duration.ofSeconds(1)));

        assertEquals(List.of(2), twoKeys.passes(Duration.ofSeconds(1)));
        assertTrue(twoKeys.waits(1), "for the probe of the other key");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void first_request_starts_first_on_any_route_to_the_key(int first) {
        queue.meets(ANY, LIMITED);
        List<Route> routes = List.of(ANY, GROQS_DEFAULT, BIG_AT_GROQ);
        for (int n = 0; n < 3; n++) {
            queue.come(routes.get((first + n) % 3), n);
        }

        assertEquals(List.of(0), queue.passes(TEN));
        assertEquals(List.of(1, 2), queue.answered(0));
    }

    @Test
    void request_waiting_for_a_probe_gives_up_exactly_at_its_deadline() {
        queue.meets(BUSY);
        queue.passes(TEN);
        queue.comes(1, queue.request(BIG_AT_GROQ, Duration.ZERO, Duration.ofHours(1), 0));
        queue.comes(2, queue.request(BIG_AT_GROQ, Duration.ZERO, Duration.ofMinutes(30), 0));
        queue.comes(3, queue.request(BIG_AT_GROQ, Duration.ZERO, TEN, 0));
        queue.comes(4, queue.request(BIG_AT_GROQ, TEN, Duration.ofHours(2), 0));

        assertEquals(List.of(), queue.passes(TEN.minus(A_NANOSECOND)));
        assertEquals(List.of(3), queue.passes(A_NANOSECOND));
        assertEquals(new Step.GiveUp(new Exhaustion.DeadlinePassed()), queue.step(3));
        assertTrue(queue.waits(4), "it may wait for a probe beyond its longest wait");
        assertEquals(List.of(2, 4), queue.answered(1));
    }

    @Test
    void leaving_request_is_removed_from_the_queue() {
        queue.meets(LIMITED);
        queue.come(1, 2);

        queue.leaves(1);

        assertEquals(1, queue.waitQueue.size());
        assertEquals(List.of(2), queue.passes(TEN));
        assertEquals(Optional.empty(), queue.waitQueue.nextWakeup());
    }

    @Test
    void request_keeps_its_queue_place_after_withdrawing_its_probe() {
        queue.meets(LIMITED);
        queue.come(1, 2);
        queue.passes(TEN);

        assertEquals(List.of(1), queue.withdraws(1));
        assertTrue(queue.waits(2));
    }

    @Test
    void request_beyond_the_queue_limit_is_refused_with_the_ready_time() {
        var bounded = new TestQueue(2, provider(GROQ, "1"));
        bounded.meets(LIMITED);
        bounded.come(1, 2);

        assertEquals(List.of(3), bounded.come(3));

        assertEquals(START.plus(TEN), readyAt(bounded.step(3)));
        assertEquals(List.of(1), bounded.passes(TEN));
    }

    @Test
    void queue_of_size_zero_refuses_requests_even_during_a_probe() {
        var none = new TestQueue(0, provider(GROQ, "1"));
        none.meets(LIMITED);
        assertEquals(List.of(1), none.come(1));
        none.passes(TEN);
        none.come(2);

        assertEquals(List.of(3), none.come(3));

        assertInstanceOf(Step.Attempt.class, none.step(2));
        assertEquals(none.now, readyAt(none.step(3)));
    }

    @Test
    void queue_check_selects_once_per_wait_group_and_per_started_request() {
        queue.meets(LIMITED);
        queue.meets(SMALL_AT_GROQ, LIMITED);
        IntStream.range(0, 1000).forEach(n -> queue.come(n % 2 == 0 ? BIG_AT_GROQ : SMALL_AT_GROQ, n));
        int before = queue.choices;

        queue.passes(TEN);
        assertEquals(4, queue.choices - before, "two go, and the two behind them wait");

        queue.leaves(10);
        assertEquals(6, queue.choices - before);
    }

    private void twoKeysHold(long first, long second) {
        hold(twoKeys, first, second);
    }

    private static void hold(TestQueue keys, long first, long second) {
        keys.come(-1, -2);
        keys.answered(-1, left(first));
        keys.answered(-2, left(second));
        keys.now = START.plusMillis(1);
    }

    /// The bucket refills 100 tokens per second.
    private static RateLimitStatus left(long tokens) {
        Duration reset = Duration.ofMillis((8000 - tokens) * 10);
        return reported(new Bucket("tokens", 8000L, tokens, reset, true));
    }

    private static Instant readyAt(Step step) {
        var giveUp = assertInstanceOf(Step.GiveUp.class, step);
        return assertInstanceOf(Exhaustion.AllFailed.class, giveUp.exhaustion())
                .unavailability()
                .readyAt();
    }
}
