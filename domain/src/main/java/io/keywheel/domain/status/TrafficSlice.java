package io.keywheel.domain.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// The counts of a time slice: chats by outcome, attempts, and failed attempts by kind.
///
/// @param cancelled chats that their clients cancelled
public record TrafficSlice(
        Instant from,
        Duration length,
        long ok,
        long failed,
        long cancelled,
        long attempts,
        Map<String, Long> failures) {

    public TrafficSlice {
        failures = Map.copyOf(failures);
    }

    public TrafficSlice startingAt(Instant start) {
        return new TrafficSlice(start, length, ok, failed, cancelled, attempts, failures);
    }
}
