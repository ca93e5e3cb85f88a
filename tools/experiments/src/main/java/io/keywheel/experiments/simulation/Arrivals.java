package io.keywheel.experiments.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/// Generates requests with their arrival times.
public interface Arrivals {

    Instant START = Instant.parse("2026-11-25T12:00:00Z");

    List<Request> requests(Instant from, Duration time, Random random);

    /// The mean tokens of a request, including its answer.
    int meanTokens();
}
