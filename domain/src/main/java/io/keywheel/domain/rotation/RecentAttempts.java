package io.keywheel.domain.rotation;

import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts the first attempts of the last minute by quota group, in slices of ten seconds.
final class RecentAttempts {

    private static final Duration SLICE = Duration.ofSeconds(10);
    private static final int SLICES = 6;

    private static final class Slice {

        final Instant begin;
        final Map<QuotaGroup, Integer> counts = new HashMap<>();
        int count;

        /// The conversation of the first attempt in the slice, and the number of attempts for it.
        long conversation;

        int ofConversation;

        Slice(Instant begin) {
            this.begin = begin;
        }
    }

    /// The latest first.
    private final Deque<Slice> slices = new ArrayDeque<>(0);

    /// Takes over the counts of `before`, which must not be used any more.
    void inherit(RecentAttempts before) {
        slices.addAll(before.slices);
    }

    /// @param number how many to add; a negative number is subtracted
    void add(QuotaGroup group, long conversation, Instant at, int number) {
        expire(at);
        Slice slice = of(at);
        if (slice == null) {
            if (number < 0) {
                return;
            }
            slice = new Slice(at);
            slices.addFirst(slice);
        }
        if (slice.count == 0) {
            slice.conversation = conversation;
            slice.ofConversation = 0;
        }
        slice.counts.merge(group, number, Integer::sum);
        slice.count += number;
        slice.ofConversation += conversation == slice.conversation ? number : 0;
    }

    private @Nullable Slice of(Instant at) {
        for (Slice slice : slices) {
            if (!at.isBefore(slice.begin)) {
                return at.isBefore(slice.begin.plus(SLICE)) ? slice : null;
            }
        }
        return null;
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
    boolean hasOtherConversations(long conversation, Instant now) {
        expire(now);
        return slices.stream()
                .anyMatch(slice -> slice.count > (slice.conversation == conversation ? slice.ofConversation : 0));
    }

    private void expire(Instant now) {
        Duration minute = SLICE.multipliedBy(SLICES);
        while (!slices.isEmpty() && !now.isBefore(slices.peekLast().begin.plus(minute))) {
            slices.removeLast();
        }
    }
}
