package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final Load LOAD = Load.steady(10, 300);

    private static List<Request> requests(Load load) {
        return load.requests(Pools.START, Duration.ofMinutes(1), new Random(1));
    }

    @Test
    void requests_are_estimated_exactly_unless_told_otherwise() {
        assertTrue(requests(LOAD).stream().allMatch(request -> request.estimate() == request.tokens()));
    }

    @Test
    void misjudged_requests_are_the_same_requests() {
        List<Request> misjudged = requests(LOAD.mixed(Mix.ALIKE.misjudged(3)));

        assertEquals(
                requests(LOAD),
                misjudged.stream()
                        .map(request -> new Request(request.number(), request.arrivedAt(), request.tokens()))
                        .toList());
    }

    @Test
    void misjudged_requests_are_estimated_too_large_and_too_small_within_bounds() {
        List<Double> factors = requests(LOAD.mixed(Mix.ALIKE.misjudged(3))).stream()
                .map(request -> (double) request.estimate() / request.tokens())
                .sorted()
                .toList();

        assertEquals(1.0 / 3, factors.getFirst(), 0.03);
        assertEquals(3, factors.getLast(), 0.1);
        assertEquals(1, factors.get(factors.size() / 2), 0.2);
    }
}
