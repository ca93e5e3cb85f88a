package io.keywheel.domain.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// What was used in the last 60 seconds, in steps of 100 ms, so that its size is bounded. Each amount counts for at
/// least 60 seconds and at most one step longer.
///
/// For one thread at a time. Moments must not go backwards.
final class SlidingMinute {

    private static final long STEP_MILLIS = 100;
    private static final long STEPS = Duration.ofMinutes(1).toMillis() / STEP_MILLIS;

    /// What was used in one step.
    static final class Entry {

        private final long step;
        private long amount;

        private Entry(long step) {
            this.step = step;
        }
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long used;

    /// @param amount from 0
    /// @return what [#giveBack] takes
    Entry add(long amount, Instant now) {
        Entry entry = entries.peekLast();
        if (entry == null || entry.step != step(now)) {
            entry = new Entry(step(now));
            entries.addLast(entry);
        }
        entry.amount += amount;
        used += amount;
        return entry;
    }

    /// Takes off what was added to `entry`, unless it counts no longer.
    void giveBack(Entry entry, long amount, Instant now) {
        if (!isOver(entry, now)) {
            entry.amount -= amount;
            used -= amount;
        }
    }

    long used(Instant now) {
        for (Entry oldest = entries.peekFirst(); oldest != null && isOver(oldest, now); oldest = entries.peekFirst()) {
            used -= entries.removeFirst().amount;
        }
        return used;
    }

    /// How long until nothing of what is used now counts.
    Duration untilNothing(Instant now) {
        used(now);
        var latestFirst = entries.descendingIterator();
        while (latestFirst.hasNext()) {
            Entry entry = latestFirst.next();
            if (entry.amount > 0) {
                return untilOver(entry, now);
            }
        }
        return Duration.ZERO;
    }

    /// How long until at most `most` of what is used now still counts.
    Duration untilAtMost(long most, Instant now) {
        long left = used(now);
        for (Entry entry : entries) {
            if (left <= most) {
                break;
            }
            left -= entry.amount;
            if (left <= most) {
                return untilOver(entry, now);
            }
        }
        return Duration.ZERO;
    }

    private static Duration untilOver(Entry entry, Instant now) {
        return Duration.between(now, Instant.ofEpochMilli((entry.step + 1 + STEPS) * STEP_MILLIS));
    }

    private static long step(Instant moment) {
        return Math.floorDiv(moment.toEpochMilli(), STEP_MILLIS);
    }

    private static boolean isOver(Entry entry, Instant now) {
        return step(now) > entry.step + STEPS;
    }
}
