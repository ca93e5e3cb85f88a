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

    @Test
    void no_answer_is_streamed_unless_told_otherwise() {
        assertTrue(requests(LOAD).stream().noneMatch(Request::streamed));
    }

    @Test
    void as_many_answers_are_streamed_as_are_to_be() {
        List<Request> requests = requests(LOAD.mixed(Mix.ALIKE.streamed(0.5)));

        long streamed = requests.stream().filter(Request::streamed).count();

        assertEquals(0.5, (double) streamed / requests.size(), 0.05);
    }

    @Test
    void streamed_requests_are_of_the_same_sizes() {
        assertEquals(sizes(requests(LOAD)), sizes(requests(LOAD.mixed(Mix.ALIKE.streamed(0.5)))));
    }

    @Test
    void a_few_requests_are_large_and_the_mean_stays() {
        List<Integer> sizes = sizes(Load.steady(100, 300).mixed(Mix.ALIKE.large(0.02)));

        double mean = sizes.stream().mapToInt(size -> size).average().orElseThrow();
        long large = sizes.stream().filter(size -> size > 2_000).count();
        assertEquals(300, mean, 15);
        assertEquals(0.02, (double) large / sizes.size(), 0.005);
    }

    private static List<Integer> sizes(Load load) {
        return sizes(requests(load));
    }

    private static List<Integer> sizes(List<Request> requests) {
        return requests.stream().map(Request::tokens).toList();
    }
}
