package io.keywheel.domain.failover;

import static io.keywheel.domain.failover.Queue.ANY;
import static io.keywheel.domain.failover.Queue.BIG_AT_GROQ;
import static io.keywheel.domain.failover.Queue.CEREBRAS;
import static io.keywheel.domain.failover.Queue.GROQ;
import static io.keywheel.domain.failover.Queue.GROQS_DEFAULT;
import static io.keywheel.domain.failover.Queue.SMALL_AT_GROQ;
import static io.keywheel.domain.failover.Queue.START;
import static io.keywheel.domain.failover.Queue.limitedFor;
import static io.keywheel.domain.failover.Queue.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WaitQueueTest {

    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration A_BIT = Duration.ofNanos(1);

    private final Queue queue = new Queue(1000, provider(GROQ, 1));

    @Test
    void nobody_goes_before_a_key_is_ready_and_one_does_at_that_moment() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1, 2, 3);

        assertEquals(Optional.of(START.plus(TEN)), queue.line.nextWakeup());
        assertEquals(List.of(), queue.passes(TEN.minus(A_BIT)));
        assertEquals(List.of(1), queue.passes(A_BIT));
    }

    @Test
    void each_that_a_limit_lets_in_draws_two_others_after_it_in_order() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 3, 1, 6, 4, 2, 7, 5);
        queue.passes(TEN);

        assertEquals(List.of(2, 3), queue.answered(1));
        assertEquals(List.of(4, 5), queue.answered(2));
        assertEquals(List.of(6, 7), queue.answered(3));
    }

    @Test
    void all_the_others_go_at_once_and_in_order_when_anything_but_a_limit_is_over() {
        rest(queue, BIG_AT_GROQ, new Failure.Overloaded("busy", TEN));
        come(queue, BIG_AT_GROQ, 3, 1, 4, 2);
        queue.passes(TEN);

        assertEquals(List.of(2, 3, 4), queue.answered(1));
    }

    @Test
    void a_limit_that_refuses_nobody_for_a_second_has_let_it_in() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1, 2, 3);
        queue.passes(TEN);

        assertEquals(List.of(), queue.passes(Duration.ofSeconds(1).minus(A_BIT)));
        assertEquals(List.of(2, 3), queue.passes(A_BIT));
    }

    @Test
    void nobody_follows_a_probe_that_fails() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1, 2, 3);
        queue.passes(TEN);

        assertEquals(List.of(1), queue.fails(1, limitedFor(TEN)), "it has no other key and gives up");
        assertEquals(List.of(2), queue.passes(TEN));
    }

    @Test
    void all_give_up_at_once_when_no_key_will_be_ready_in_time() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1, 2, 3);
        queue.passes(TEN);

        queue.fails(1, limitedFor(Duration.ofMinutes(5)));

        assertEquals(0, queue.line.size());
        assertInstanceOf(Step.GiveUp.class, queue.step(3));
    }

    @Test
    void a_newcomer_does_not_overtake_those_whose_moment_has_come() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1);
        queue.now = START.plus(TEN);

        assertEquals(List.of(1), queue.comes(2, BIG_AT_GROQ));
        assertTrue(queue.waits(2));
    }

    @Test
    void a_small_request_does_not_overtake_a_large_one() {
        tokensLeft(100);
        queue.comes(1, needing(3000));

        assertEquals(List.of(), queue.comes(2, needing(10)));
        assertEquals(List.of(1), queue.passes(Duration.ofSeconds(29)));
        queue.answered(1);
        assertEquals(List.of(2), queue.passes(Duration.ofMillis(100)));
    }

    @Test
    void one_that_has_to_end_does_not_stand_behind_anybody() {
        tokensLeft(100);
        queue.comes(1, needing(3000));
        RequestAttempts over = RequestAttempts.begin(BIG_AT_GROQ, new RequestTerms(true, 0, queue.now, queue.now), 10);

        assertEquals(List.of(2), queue.comes(2, over));
    }

    @Test
    void a_request_whose_attempt_failed_keeps_its_place() {
        var two = new Queue(1000, provider(GROQ, 2));
        limit(two, BIG_AT_GROQ, TEN);
        limit(two, BIG_AT_GROQ, TEN.multipliedBy(2));
        come(two, BIG_AT_GROQ, 1, 2, 3);
        two.passes(TEN);

        two.fails(1, limitedFor(TEN.multipliedBy(3)));

        assertTrue(two.waits(1));
        assertEquals(List.of(1), two.passes(TEN));
        assertEquals("groq/2", two.place(1));
    }

    @Test
    void whoever_wants_another_model_is_not_held_up() {
        limit(queue, BIG_AT_GROQ, TEN.multipliedBy(2));
        limit(queue, SMALL_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1);
        come(queue, SMALL_AT_GROQ, 2);

        assertEquals(List.of(2), queue.passes(TEN));
    }

    @Test
    void whoever_can_use_another_provider_is_not_held_up() {
        var both = new Queue(1000, provider(GROQ, 1), provider(CEREBRAS, 1));
        limit(both, GROQS_DEFAULT, TEN.multipliedBy(2));
        limit(both, ANY, TEN);
        come(both, GROQS_DEFAULT, 1);
        come(both, ANY, 2);

        assertEquals(List.of(2), both.passes(TEN));
        assertEquals("cerebras/1", both.place(2));
    }

    @Test
    void whoever_has_tried_what_is_ready_does_not_hold_up_those_behind() {
        var two = new Queue(1000, provider(GROQ, 2));
        limit(two, BIG_AT_GROQ, TEN);
        limit(two, BIG_AT_GROQ, TEN.multipliedBy(3));
        come(two, BIG_AT_GROQ, 1, 2);
        two.passes(TEN);
        two.fails(1, limitedFor(TEN));

        assertEquals(List.of(2), two.passes(TEN));
        assertEquals("groq/1", two.place(2));
    }

    @Test
    void the_first_goes_first_whatever_way_it_came_to_want_the_key() {
        for (int first = 0; first < 3; first++) {
            var mixed = new Queue(1000, provider(GROQ, 1));
            limit(mixed, ANY, TEN);
            List<Route> routes = List.of(ANY, GROQS_DEFAULT, BIG_AT_GROQ);
            for (int n = 0; n < 3; n++) {
                mixed.comes(n, routes.get((first + n) % 3));
            }

            assertEquals(List.of(0), mixed.passes(TEN));
            assertEquals(List.of(1, 2), mixed.answered(0));
        }
    }

    @Test
    void request_waiting_for_a_probe_takes_another_key_that_is_ready_sooner() {
        var two = new Queue(1000, provider(GROQ, 2));
        limit(two, BIG_AT_GROQ, TEN);
        limit(two, BIG_AT_GROQ, TEN.plusMillis(500));
        come(two, BIG_AT_GROQ, 1, 2, 3);
        two.passes(TEN);

        assertEquals(List.of(2), two.passes(Duration.ofMillis(500)));
        assertEquals("groq/2", two.place(2));
    }

    @Test
    void request_waiting_for_a_probe_gives_up_exactly_at_its_deadline() {
        rest(queue, BIG_AT_GROQ, new Failure.Overloaded("busy", TEN));
        queue.passes(TEN);
        queue.comes(1, journey(queue, Duration.ZERO, Duration.ofHours(1)));
        queue.comes(2, journey(queue, Duration.ZERO, Duration.ofMinutes(30)));
        queue.comes(3, journey(queue, Duration.ZERO, TEN));
        queue.comes(4, journey(queue, TEN, Duration.ofHours(2)));

        assertEquals(List.of(), queue.passes(TEN.minus(A_BIT)));
        assertEquals(List.of(3), queue.passes(A_BIT));
        assertEquals(new Step.GiveUp(new Exhaustion.DeadlinePassed(List.of())), queue.step(3));
        assertTrue(queue.waits(4), "its patience is over, the trial is not");
        assertEquals(List.of(2, 4), queue.answered(1));
    }

    @Test
    void whoever_may_see_about_a_suspicion_early_does_so_once_its_key_has_rested() {
        come(queue, BIG_AT_GROQ, 1, 2);
        queue.fails(1, limitedFor(Duration.ofMillis(500)));
        queue.fails(2, new Failure.Overloaded("busy for about a second", null));
        queue.comes(3, BIG_AT_GROQ);

        assertEquals(List.of(3), queue.passes(Duration.ofMillis(500)));
    }

    @Test
    void nobody_waits_for_the_probe_of_a_key_while_the_provider_as_a_whole_rests() {
        come(queue, BIG_AT_GROQ, 1, 2);
        limit(queue, BIG_AT_GROQ, TEN);
        queue.passes(TEN);
        queue.comes(3, BIG_AT_GROQ);
        queue.fails(1, new Failure.Overloaded("busy", Duration.ofMinutes(5)));

        assertEquals(List.of(4), queue.comes(4, journey(queue, Duration.ZERO, TEN)));
    }

    @Test
    void says_how_many_wait_whatever_for() {
        limit(queue, BIG_AT_GROQ, TEN);
        limit(queue, SMALL_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1, 2);
        come(queue, SMALL_AT_GROQ, 3);

        assertEquals(3, queue.line.size());
    }

    @Test
    void one_that_leaves_is_not_asked_about_any_more() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1, 2);

        queue.leaves(1);

        assertEquals(List.of(2), queue.passes(TEN));
        assertEquals(Optional.empty(), queue.line.nextWakeup());
    }

    @Test
    void one_that_could_not_go_gives_its_probe_back_and_has_its_old_place() {
        limit(queue, BIG_AT_GROQ, TEN);
        come(queue, BIG_AT_GROQ, 1, 2);
        queue.passes(TEN);

        assertEquals(List.of(1), queue.givesBack(1));
        assertTrue(queue.waits(2));
    }

    @Test
    void past_the_bound_a_request_is_refused_with_the_exact_moment() {
        var brief = new Queue(2, provider(GROQ, 1));
        limit(brief, BIG_AT_GROQ, TEN);
        come(brief, BIG_AT_GROQ, 1, 2);

        assertEquals(List.of(3), brief.comes(3, BIG_AT_GROQ));

        assertEquals(START.plus(TEN), readyAt(brief.step(3)));
        assertEquals(List.of(1), brief.passes(TEN));
    }

    @Test
    void nobody_waits_where_none_may_not_even_for_a_probe() {
        var none = new Queue(0, provider(GROQ, 1));
        limit(none, BIG_AT_GROQ, TEN);
        assertEquals(List.of(1), none.comes(1, BIG_AT_GROQ));
        none.passes(TEN);
        none.comes(2, BIG_AT_GROQ);

        assertEquals(List.of(3), none.comes(3, BIG_AT_GROQ));

        assertInstanceOf(Step.Attempt.class, none.step(2));
        assertEquals(none.now, readyAt(none.step(3)));
    }

    @Test
    void asking_costs_one_look_for_each_queue_and_one_for_each_that_goes() {
        limit(queue, BIG_AT_GROQ, TEN);
        limit(queue, SMALL_AT_GROQ, TEN);
        IntStream.range(0, 1000).forEach(n -> queue.comes(n, n % 2 == 0 ? BIG_AT_GROQ : SMALL_AT_GROQ));
        int before = queue.looks;

        queue.passes(TEN);
        assertEquals(4, queue.looks - before, "two go, and the two behind them wait");

        queue.leaves(10);
        assertEquals(6, queue.looks - before);
    }

    /// A request finds out that its key is limited, and gives up.
    private static void limit(Queue queue, Route route, Duration time) {
        rest(queue, route, limitedFor(time));
    }

    /// A hundred more each second.
    private void tokensLeft(long tokens) {
        var reset = Duration.ofMillis((8000 - tokens) * 10);
        queue.comes(-1, BIG_AT_GROQ);
        queue.answered(-1, new RateLimitStatus(List.of(new Bucket("tokens", 8000L, tokens, reset, true))));
    }

    private RequestAttempts needing(long tokens) {
        var requestLimits = new RequestLimits(0, Duration.ofMinutes(1), 1000, Duration.ofMinutes(2));
        return RequestAttempts.begin(BIG_AT_GROQ, requestLimits.terms(true, queue.now), tokens);
    }

    private static void rest(Queue queue, Route route, Failure failure) {
        int who = -1 - queue.steps.size();
        queue.comes(
                who, RequestAttempts.begin(route, new RequestTerms(false, 0, queue.now, queue.now.plus(Queue.TIME))));
        queue.fails(who, failure);
    }

    private static void come(Queue queue, Route route, int... requests) {
        IntStream.of(requests).forEach(who -> queue.comes(who, route));
    }

    private static RequestAttempts journey(Queue queue, Duration patience, Duration time) {
        return RequestAttempts.begin(BIG_AT_GROQ, new RequestLimits(0, patience, 1000, time).terms(true, queue.now));
    }

    private static Instant readyAt(Step step) {
        var giveUp = assertInstanceOf(Step.GiveUp.class, step);
        return assertInstanceOf(Exhaustion.AllKeysFailed.class, giveUp.exhaustion())
                .shortage()
                .readyAt();
    }
}
