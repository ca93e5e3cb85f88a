package io.keywheel.adapters.metrics;

import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The counts of the last 15 minutes, in at most [#MOST] slices of ten seconds.
final class RecentCounts {

    static final Duration LENGTH = Duration.ofSeconds(10);
    static final int MOST = 90;

    private final InstantSource clock;
    private final Deque<Counting> slices = new ArrayDeque<>();

    RecentCounts(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Counting {

        private final Instant from;
        private long ok;
        private long failed;
        private long cancelled;
        private long attempts;
        private final Map<String, Long> failures = new HashMap<>();

        private Counting(Instant from) {
            this.from = from;
        }

        private TrafficSlice slice() {
            return new TrafficSlice(from, LENGTH, ok, failed, cancelled, attempts, failures);
        }
    }

    synchronized void countAttempt(Outcome outcome) {
        Counting now = now();
        now.attempts++;
        if (!outcome.isOk()) {
            now.failures.merge(outcome.label(), 1L, Long::sum);
        }
    }

    synchronized void countChat(Outcome outcome) {
        Counting now = now();
        if (outcome.isOk()) {
            now.ok++;
        } else if (outcome.isEndedByClient()) {
            now.cancelled++;
        } else {
            now.failed++;
        }
    }

    /// The slices, oldest first, without empty ones.
    synchronized List<TrafficSlice> slices() {
        forget(beginning());
        return slices.stream().map(Counting::slice).toList();
    }

    private Counting now() {
        Instant from = beginning();
        Counting last = slices.peekLast();
        if (last != null && last.from.equals(from)) {
            return last;
        }
        forget(from);
        var now = new Counting(from);
        slices.addLast(now);
        return now;
    }

    private void forget(Instant now) {
        Instant oldest = now.minus(LENGTH.multipliedBy(MOST - 1));
        while (!slices.isEmpty() && slices.getFirst().from.isBefore(oldest)) {
            slices.removeFirst();
        }
    }

    private Instant beginning() {
        long second = clock.instant().getEpochSecond();
        return Instant.ofEpochSecond(second - Math.floorMod(second, LENGTH.toSeconds()));
    }
}
