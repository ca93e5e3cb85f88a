package io.keywheel.experiments.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/// When which requests arrive.
public interface Arrivals {

    /// Of each run.
    Instant START = Instant.parse("2026-11-25T12:00:00Z");

    List<Request> requests(Instant from, Duration time, Random random);

    /// Of a request, its answer included.
    int meanTokens();
}
