package io.keywheel.application.service;

import io.keywheel.application.port.out.WakeupTimer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A clock that a test moves, with the alarm that goes with it. It stands still, or moves on by `ticking` each
/// time it is read, so that no two readings are the same.
final class TestTime implements InstantSource, WakeupTimer {

    private record Setting(Instant moment, Runnable ring) {}

    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private Duration wallOffset = Duration.ZERO;
    private Duration ticking = Duration.ZERO;
    private final Map<Object, Setting> settings = new HashMap<>();

    synchronized void ticks(Duration step) {
        ticking = step;
    }

    @Override
    public synchronized Instant instant() {
        Instant read = now;
        now = now.plus(ticking);
        return read;
    }

    @Override
    public synchronized void set(Instant moment, Runnable ring) {
        set(this, moment, ring);
    }

    /// A moment that has come rings at once, as with any timer, and on no thread that may hold a lock.
    private synchronized void set(Object owner, Instant moment, Runnable ring) {
        settings.remove(owner);
        if (moment.isAfter(now)) {
            settings.put(owner, new Setting(moment, ring));
        } else {
            Thread.startVirtualThread(ring);
        }
    }

    /// The alarm of one more gateway that has this clock.
    WakeupTimer another() {
        var owner = new Object();
        return (moment, ring) -> set(owner, moment, ring);
    }

    /// The wall clock is set forward by `step`, or back. Nothing else moves.
    synchronized void setWallClock(Duration step) {
        wallOffset = wallOffset.plus(step);
    }

    synchronized Instant wallTime(Instant moment) {
        return moment.equals(Instant.MAX) ? moment : moment.plus(wallOffset);
    }

    /// Moves the clock on; the alarm rings at its moments on the way, on this thread.
    void pass(Duration time) {
        Instant end = instant().plus(time);
        for (Setting due = dueBy(end); due != null; due = dueBy(end)) {
            due.ring().run();
        }
    }

    /// When the alarm will ring; null where it has rung.
    synchronized @Nullable Instant alarm() {
        Setting setting = settings.get(this);
        return setting == null ? null : setting.moment();
    }

    /// The next to ring by then, for whose moment it is now. Where there is none, it is `end` now.
    private synchronized @Nullable Setting dueBy(Instant end) {
        var due = settings.entrySet().stream()
                .min(Comparator.comparing(entry -> entry.getValue().moment()));
        if (due.isEmpty() || due.get().getValue().moment().isAfter(end)) {
            moveTo(end);
            return null;
        }
        moveTo(due.get().getValue().moment());
        return settings.remove(due.get().getKey());
    }

    private synchronized void moveTo(Instant moment) {
        now = moment.isAfter(now) ? moment : now;
    }
}
