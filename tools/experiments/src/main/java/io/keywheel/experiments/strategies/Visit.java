package io.keywheel.experiments.strategies;

import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Request;
import java.util.List;
import java.util.stream.Stream;

/// A request between its arrival at the gateway and its answer or refusal.
///
/// @param retries how often the client has retried the request
/// @param tried the keys that have failed since the last retry, oldest first
public record Visit(Request request, int retries, List<Key> tried) {

    public static Visit first(Request request) {
        return new Visit(request, 0, List.of());
    }

    public Visit again() {
        return new Visit(request, retries + 1, List.of());
    }

    public Visit failedWith(Key key) {
        return new Visit(
                request, retries, Stream.concat(tried.stream(), Stream.of(key)).toList());
    }
}
