package io.keywheel.domain.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
    final List<Entry> entries = new ArrayList<>();
    private long used;

    /// @param amount from 0
    /// @return the entry for [#refund]
    Entry add(long amount, Instant now) {
        removeExpired(now);
        return count(amount, now);
    }

    private Entry count(long amount, Instant at) {
        int place = place(at);
        // An entry that begins more than a step later would count the amount too long.
        if (place == entries.size() || entries.get(place).end.isAfter(at.plus(STEP.multipliedBy(2)))) {
            entries.add(place, new Entry(at));
        }
        Entry entry = entries.get(place);
        entry.last = entry.last.isAfter(at) ? entry.last : at;
        entry.amount += amount;
        used += amount;
        return entry;
    }

    /// The place of the first entry that ends after `at`. Searches from the end, where nearly all instants are.
    private int place(Instant at) {
        int place = entries.size();
        while (place > 0 && at.isBefore(entries.get(place - 1).end)) {
            place--;
        }
        return place;
    }

    /// Subtracts `amount` from `entry`, unless the entry has expired. If the refund of another gateway has taken a part
    /// of the entry, its neighbours have that part.
    void refund(Entry entry, long amount) {
        if (entry.isRemoved) {
            return;
        }
        // A negative entry would raise the limit when its neighbours expire.
        long part = Math.min(entry.amount, amount);
        entry.amount -= part;
        used -= part;
        if (part < amount) {
            refundNear(entry.last, amount - part);
        }
    }

    /// Adds usage of another gateway at `at`. A negative amount is subtracted from usage near it that covers it.
    void addEarlier(long amount, Instant at, Instant now) {
        if (!now.isBefore(at.plus(MINUTE))) {
            return;
        }
        removeExpired(now);
        if (amount <= 0) {
            refundNear(at, -amount);
            return;
        }
        count(amount, at);
    }

    /// The instants of a usage and of its refund differ by the time that their facts took. So the entry of the
    /// refund need not cover it, if its neighbours do.
    private void refundNear(Instant at, long amount) {
        int first = place(at.minus(STEP));
        int end = place(at.plus(STEP.multipliedBy(3)));
        List<Entry> near = entries.subList(first, end);
        int own = Math.min(place(at), end) - first;
        long left = near.stream().mapToLong(each -> each.amount).sum() >= amount ? amount : 0;
        for (int i = 0; left > 0; i++) {
            Entry entry = near.get((own + i) % near.size());
            long part = Math.min(entry.amount, left);
            refund(entry, part);
            left -= part;
        }
    }

    long used(Instant now) {
        removeExpired(now);
        return used;
    }

    private void removeExpired(Instant now) {
        while (!entries.isEmpty() && !now.isBefore(entries.getFirst().last.plus(MINUTE))) {
            Entry oldest = entries.removeFirst();
            used -= oldest.amount;
            oldest.isRemoved = true;
        }
    }

    Duration untilEmpty(Instant now) {
        removeExpired(now);
        for (Entry entry : entries.reversed()) {
            if (entry.amount > 0) {
                return untilExpired(entry, now);
            }
        }
        return Duration.ZERO;
    }

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
}
