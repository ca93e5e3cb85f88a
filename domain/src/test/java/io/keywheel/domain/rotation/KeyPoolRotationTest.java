package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyPoolRotationTest extends PoolFixture {

    @Test
    void providers_and_their_keys_take_turns() {
        var pool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/1", "groq/1"), pool.answers(anyModel(), 5));
    }

    @Test
    void keys_take_turns_per_model() {
        assertEquals(List.of("groq/1", "groq/2"), two.answers(groqs(SMALL), 2));
        assertEquals("groq/1", two.answeredBy());
        assertEquals("groq/1", two.answeredBy(groqs(SMALL)));
    }

    @Test
    void load_of_a_cooling_key_spreads_over_all_others() {
        var pool = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        pool.fail(limited(A_MINUTE));

        assertEquals(List.of("groq/2", "groq/3", "groq/4", "groq/2", "groq/3", "groq/4"), pool.answers(6));
    }

    @Test
    void concurrent_fallbacks_spread_over_all_other_keys() {
        var pool = new TestPool(provider(GROQ, "a", "b", "c", "d", "e"));

        var shares = new HashMap<String, Integer>();
        for (int i = 0; i < 20; i++) {
            RequestAttempts failed = pool.failing(pool.request(), empty());
            shares.merge(slot(pool.attempt(failed)), 1, Integer::sum);
        }

        assertTrue(shares.values().stream().allMatch(share -> share >= 3 && share <= 5), shares::toString);
    }

    @Test
    void fallback_does_not_use_a_turn_of_first_attempts() {
        RequestAttempts first = two.failing(two.request(), empty());

        assertEquals("groq/2", slot(two.attempt(first)));
        assertEquals(List.of("groq/2", "groq/1"), two.answers(2));
    }

    @Test
    void keys_of_a_full_group_keep_their_turns() {
        var pool = new TestPool(provider(GROQ, "a", "a", "a", "b"));
        pool.answered(pool.attempt(), requestsLeft(1, A_MINUTE));
        Step.Attempt second = pool.attempt();

        assertEquals(List.of("groq/4", "groq/4"), pool.answers(2));
        pool.pass(A_MINUTE);
        pool.answered(second, requestsLeft(3, A_MINUTE));

        assertEquals(
                List.of("groq/3", "groq/1", "groq/2", "groq/4"),
                pool.attempts(4).stream().map(PoolFixture::slot).toList());
    }

    @Test
    void request_waits_for_the_cooldown_of_a_full_group() {
        var pool = new TestPool(provider(GROQ, "a", "a"));
        RequestAttempts request = pool.request();
        pool.answered(pool.attempt(), requestsLeft(1, A_MINUTE));
        pool.answered(pool.attempt(), requestsLeft(1, A_MINUTE));
        Step.Attempt first = pool.attempt(request);
        assertFalse(pool.isReady());

        pool.failed(first, limited(A_MINUTE));

        assertEquals(pool.readyIn(A_MINUTE), pool.choose(request.withFailure(first.failed(limited(A_MINUTE)))));
    }

    @Test
    void pool_remembers_the_turns_of_10_000_tiers() {
        var pool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        List<RouteTarget> targets =
                List.of(new RouteTarget(GROQ, BIG), new RouteTarget(CEREBRAS, BIG), new RouteTarget(GROQ, SMALL));
        Route three = Route.of(targets);
        Stream<Route> others = IntStream.range(0, 20_000)
                .mapToObj(n -> Route.of(List.of(
                        new RouteTarget(GROQ, new ModelId("m" + n / 100)),
                        new RouteTarget(CEREBRAS, new ModelId("m" + n % 100)))));
        assertEquals(targets.getFirst(), target(pool.attempt(three)));

        var more = others.iterator();
        for (int tiers = 1; tiers < 10_000; tiers++) {
            pool.unavailability(more.next());
        }
        assertEquals(targets.get(1), target(pool.attempt(three)));

        more.forEachRemaining(pool::unavailability);
        assertEquals(targets.getFirst(), target(pool.attempt(three)), "they begin anew");
    }

    private static RouteTarget target(Step.Attempt attempt) {
        return new RouteTarget(attempt.target().provider(), attempt.target().model());
    }
}
