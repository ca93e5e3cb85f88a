package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Request;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Key KEY = new Key(Pools.GROQ, 1, "org_a");

    private static Figures serving(int ofAHundred) {
        List<Request> requests = IntStream.range(0, 100)
                .mapToObj(i -> new Request(i, Pools.START, Pools.GROQ_TOKENS))
                .toList();
        var journal = new Journal(requests);
        requests.stream()
                .limit(ofAHundred)
                .forEach(request -> journal.add(new Journal.Call(request, KEY, Pools.START, true)));
        return Tally.of(Scenarios.STEADY, journal);
    }

    @Test
    void calls_are_compared_with_who_serves_nearly_as_many() {
        assertTrue(Comparison.IF_NEARLY_AS_MANY_ARE_SERVED.holds(serving(79), serving(80)));
        assertTrue(Comparison.IF_NEARLY_AS_MANY_ARE_SERVED.holds(serving(100), serving(80)));
    }

    @Test
    void calls_are_not_compared_with_who_serves_far_fewer() {
        assertFalse(Comparison.IF_NEARLY_AS_MANY_ARE_SERVED.holds(serving(77), serving(80)));
    }

    @Test
    void delays_are_compared_where_both_serve_all_and_nowhere_else() {
        assertTrue(Comparison.IF_ALL_ARE_SERVED.holds(serving(100), serving(100)));
        assertFalse(Comparison.IF_ALL_ARE_SERVED.holds(serving(99), serving(100)));
        assertFalse(Comparison.IF_ALL_ARE_SERVED.holds(serving(100), serving(99)));
    }
}
