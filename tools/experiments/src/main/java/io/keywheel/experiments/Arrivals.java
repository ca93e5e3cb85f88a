package io.keywheel.experiments;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/// When which requests arrive.
interface Arrivals {

    List<Request> requests(Instant from, Duration time, Random random);

    /// Of a request, its answer included.
    int meanTokens();
}
