package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.PoolFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowStartTest extends PoolFixture {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final SlowStart LIMITED = SlowStart.OPEN.afterLimit(NOW, NOW);

    @Test
    void window_with_the_later_limit_wins() {
        SlowStart later = SlowStart.OPEN.afterLimit(NOW.plusSeconds(1), NOW.plusSeconds(1));

        assertEquals(later, SlowStart.later(LIMITED, later));
        assertEquals(later, SlowStart.later(later, LIMITED));
        assertEquals(LIMITED, SlowStart.later(LIMITED, SlowStart.OPEN));
        assertEquals(LIMITED, SlowStart.later(SlowStart.OPEN, LIMITED));
        assertEquals(SlowStart.OPEN, SlowStart.later(SlowStart.OPEN, SlowStart.OPEN));
    }

    @Test
    void call_from_before_the_limit_counts_as_admitted_before_the_limit() {
        assertEquals(new SlowStart(NOW, 1, 0, 1), LIMITED.afterAcceptance(NOW, 1));
    }

    @Test
    void window_grows_by_one_with_each_admitted_call() {
        limit();

        assertEquals(List.of(1, 2, 3, 4), inFlightBeforeEachOf(4));
    }

    @Test
    void window_shrinks_near_the_last_limit_then_grows_past_it() {
        limit();
        answerOneByOne(6);
        limit();

        assertEquals(List.of(1, 2, 3, 4, 3, 2, 1, 2, 3, 4), inFlightBeforeEachOf(10));
    }

    @Test
    void failed_probe_does_not_change_the_number_admitted_before_the_limit() {
        limit();
        answerOneByOne(3);
        limit();
        limit();

        assertEquals(List.of(1, 2, 2, 1), inFlightBeforeEachOf(4));
    }

    @Test
    void late_refusal_from_before_the_limit_does_not_restart_slow_start() {
        Step.Attempt late = one.attempt();
        limit();
        answerOneByOne(3);
        one.failed(late, limited(A_SECOND));
        one.pass(A_SECOND);

        assertEquals(List.of(1, 2, 3, 4, 5), inFlightBeforeEachOf(5));
    }

    @Test
    void call_that_fails_after_a_second_without_refusal_still_grows_the_window() {
        limit();
        one.answered(one.attempt());
        Step.Attempt slow = one.attempt();
        one.attempt();
        one.pass(A_MINUTE);

        one.failed(slow, new Failure.EmptyReply("nothing"));

        assertEquals(3, beginAll().size(), "two were accepted");
    }

    /// Fails a call by a rate limit, and lets its cooldown pass.
    private void limit() {
        one.fail(limited(A_SECOND));
        one.pass(A_SECOND);
    }

    /// Begins as many calls as the window admits.
    private Deque<Step.Attempt> beginAll() {
        var begun = new ArrayDeque<Step.Attempt>();
        while (one.choose() instanceof Step.Attempt attempt) {
            begun.add(attempt);
            assertTrue(begun.size() < 100, "no end");
        }
        return begun;
    }

    private void answerOneByOne(int times) {
        for (int i = 0; i < times; i++) {
            Step.Attempt attempt = one.attempt();
            one.pass(Duration.ofMillis(1));
            one.answered(attempt);
        }
    }

    /// The number of calls that the window admits before each of `answers` answers.
    private List<Integer> inFlightBeforeEachOf(int answers) {
        var inFlight = new ArrayList<Integer>();
        for (int i = 0; i < answers; i++) {
            Deque<Step.Attempt> calls = beginAll();
            inFlight.add(calls.size());
            one.pass(Duration.ofMillis(1));
            one.answered(calls.pop());
            calls.forEach(call -> one.withdraw(call, one.request()));
        }
        return inFlight;
    }
}
