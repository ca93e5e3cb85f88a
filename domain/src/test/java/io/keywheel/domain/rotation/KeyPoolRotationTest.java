package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPoolRotationTest extends PoolFixture {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    providers and their keys take turns | a b & x | any next a x b x a
                    keys take turns for each model | a b | small next a b; next a; small next a
                    the load of a cooling key spreads over all others | a b c d | limit 1m; next b c d b c d
                    a fallback does not use a turn of first attempts | a b | begin 1; fail 1 empty; begin 1 with b; next b a
                    keys of a full group keep their turns | a@one b@one c@one d | left 1 requests 1m; begin 1; next d d; pass 1m; answer 1 left 3 requests 1m; begin 2 with c; begin 3 with a; begin 4 with b; begin 5 with d
                    a request waits for the cooldown of a full group | a@one b@one | left 1 requests 1m; left 1 requests 1m; begin 1; none; fail 1 limit 1m; none 1 in 1m
                    """)
    void keys_take_turns(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
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
