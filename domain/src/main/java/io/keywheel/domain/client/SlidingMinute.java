package io.keywheel.domain.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The usage of the last 60 seconds, in steps of up to 100 ms, so that its size is bounded. A step counts until
/// 60 seconds after the last amount in it.
///
/// Not thread-safe. Instants may go back slightly, as far as threads overtake each other.
final class SlidingMinute {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration STEP = Duration.ofMillis(100);

    static final class Entry {

        private final Instant end;
        private Instant last;
        private long amount;
        private boolean isRemoved;

        private Entry(Instant begin) {
            this.end = begin.plus(STEP);
            this.last = begin;
        }
    }

    /// The oldest first.
    final Deque<Entry> entries = new ArrayDeque<>();
    private long used;

    /// @param amount from 0
    /// @return the entry for [#giveBack]
    Entry add(long amount, Instant now) {
        used(now);
        Entry entry = entries.peekLast();
        if (entry == null || !now.isBefore(entry.end)) {
            entry = new Entry(now);
            entries.addLast(entry);
        }
        entry.last = entry.last.isAfter(now) ? entry.last : now;
        entry.amount += amount;
        used += amount;
        return entry;
    }

    /// Subtracts `amount` from `entry`, unless the entry has expired.
    void giveBack(Entry entry, long amount) {
        if (!entry.isRemoved) {
            entry.amount -= amount;
            used -= amount;
        }
    }

    /// Adds usage at another gateway at `at`. A negative amount is subtracted from usage then that covers it.
    void addEarlier(long amount, Instant at, Instant now) {
        if (!now.isBefore(at.plus(MINUTE))) {
            return;
        }
        used(now);
        if (amount <= 0) {
            // The instants of a usage and of its refund differ by the time that their facts took.
            first(at.minus(STEP), -amount).ifPresent(entry -> giveBack(entry, -amount));
            return;
        }
        Entry entry = first(at, 0).orElseGet(() -> add(0, at));
        entry.last = entry.last.isAfter(at) ? entry.last : at;
        entry.amount += amount;
        used += amount;
    }

    /// The first entry that ends after `at` and has at least that amount.
    private Optional<Entry> first(Instant at, long least) {
        return entries.stream()
                .filter(each -> at.isBefore(each.end) && each.amount >= least)
                .findFirst();
    }

    long used(Instant now) {
        for (Entry oldest = entries.peekFirst();
                oldest != null && isExpired(oldest, now);
                oldest = entries.peekFirst()) {
            used -= oldest.amount;
            oldest.isRemoved = true;
            entries.removeFirst();
        }
        return used;
    }

    /// How long until the current usage has expired.
    Duration untilEmpty(Instant now) {
        used(now);
        var latestFirst = entries.descendingIterator();
        while (latestFirst.hasNext()) {
            Entry entry = latestFirst.next();
            if (entry.amount > 0) {
                return untilExpired(entry, now);
            }
        }
        return Duration.ZERO;
    }

    /// How long until at most `most` of the current usage still counts.
    Duration untilAtMost(long most, Instant now) {
        long left = used(now);
        for (Entry entry : entries) {
            if (left <= most) {
                break;
            }
            left -= entry.amount;
            if (left <= most) {
                return untilExpired(entry, now);
            }
        }
        return Duration.ZERO;
    }

    /// Never more than a minute.
    private static Duration untilExpired(Entry entry, Instant now) {
        return MINUTE.minus(entry.last.isAfter(now) ? Duration.ZERO : Duration.between(entry.last, now));
    }

    private static boolean isExpired(Entry entry, Instant now) {
        return !now.isBefore(entry.last.plus(MINUTE));
    }
}
