package io.keywheel.experiments.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final Load LOAD = Load.of(50, 300);

    private static List<Request> requests(Load load) {
        return load.requests(Arrivals.START, Duration.ofMinutes(1), new Random(1));
    }

    @Test
    void requests_are_not_streamed_and_estimated_exactly_by_default() {
        assertTrue(requests(LOAD).stream()
                .allMatch(request -> request.estimate() == request.tokens() && !request.streamed()));
    }

    @Test
    void misjudged_estimates_vary_by_the_factor_in_both_directions() {
        List<Double> factors = requests(LOAD.misjudged(3)).stream()
                .map(request -> (double) request.estimate() / request.tokens())
                .sorted()
                .toList();

        assertEquals(1.0 / 3, factors.getFirst(), 0.03);
        assertEquals(3, factors.getLast(), 0.1);
    }

    @Test
    void streamed_share_does_not_change_request_sizes() {
        List<Request> requests = requests(LOAD.withStreamed(0.5));

        long streamed = requests.stream().filter(Request::streamed).count();
        assertEquals(0.5, (double) streamed / requests.size(), 0.05);
        assertEquals(
                requests(LOAD).stream().map(Request::tokens).toList(),
                requests.stream().map(Request::tokens).toList());
    }

    @Test
    void large_share_keeps_the_mean_request_size() {
        List<Request> requests = requests(Load.of(100, 300).withLarge(0.02));

        double mean = requests.stream().mapToInt(Request::tokens).average().orElseThrow();
        long large =
                requests.stream().filter(request -> request.tokens() > 2_000).count();
        assertEquals(300, mean, 15);
        assertEquals(0.02, (double) large / requests.size(), 0.005);
    }
}
