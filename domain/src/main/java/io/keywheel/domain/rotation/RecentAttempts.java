package io.keywheel.domain.rotation;

import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Counts the first attempts of the last minute by quota group, in slices of ten seconds.
final class RecentAttempts {

    private static final Duration SLICE = Duration.ofSeconds(10);
    private static final int SLICES = 6;

    private static final class Slice {

        final Instant begin;
        final long conversation;
        final Map<QuotaGroup, Integer> counts = new HashMap<>();
        int count;
        boolean hasSeveral;

        /// @param conversation that of its first attempt
        Slice(Instant begin, long conversation) {
            this.begin = begin;
            this.conversation = conversation;
        }
    }

    /// The latest first.
    private final Deque<Slice> slices = new ArrayDeque<>(0);

    /// @param number how many; a negative number takes back as many
    void add(QuotaGroup group, long conversation, Instant at, int number) {
        expire(at);
        Slice latest = slices.peekFirst();
        if (latest == null || !at.isBefore(latest.begin.plus(SLICE))) {
            latest = new Slice(at, conversation);
            slices.addFirst(latest);
        }
        latest.counts.merge(group, number, Integer::sum);
        latest.count += number;
        latest.hasSeveral |= conversation != latest.conversation;
    }

    int count(Instant now) {
        expire(now);
        return slices.stream().mapToInt(slice -> slice.count).sum();
    }

    int count(QuotaGroup group, Instant now) {
        expire(now);
        return slices.stream()
                .mapToInt(slice -> slice.counts.getOrDefault(group, 0))
                .sum();
    }

    /// Whether another conversation made attempts.
    boolean hasOthers(long conversation, Instant now) {
        expire(now);
        return slices.stream().anyMatch(slice -> slice.hasSeveral || slice.conversation != conversation);
    }

    private void expire(Instant now) {
        Duration minute = SLICE.multipliedBy(SLICES);
        while (!slices.isEmpty() && !now.isBefore(slices.peekLast().begin.plus(minute))) {
            slices.removeLast();
        }
    }
}
