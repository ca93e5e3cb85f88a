package io.keywheel.application.service;

import io.keywheel.application.port.out.WakeupTimer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A clock that a test moves, with its wakeup timer. The clock stands still, or moves by `ticking` with each
/// reading, so that no two readings are the same.
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

    /// A past time fires immediately, on a new thread, because the caller may hold a lock.
    private synchronized void set(Object owner, Instant moment, Runnable ring) {
        settings.remove(owner);
        if (moment.isAfter(now)) {
            settings.put(owner, new Setting(moment, ring));
        } else {
            Thread.startVirtualThread(ring);
        }
    }

    /// A wakeup timer of another gateway with the same clock.
    WakeupTimer another() {
        var owner = new Object();
        return (moment, ring) -> set(owner, moment, ring);
    }

    /// Moves only the wall clock by `step`.
    synchronized void setWallClock(Duration step) {
        wallOffset = wallOffset.plus(step);
    }

    synchronized Instant wallTime(Instant moment) {
        return moment.equals(Instant.MAX) ? moment : moment.plus(wallOffset);
    }

    /// Moves the clock; due timers fire on this thread.
    void pass(Duration time) {
        Instant end = instant().plus(time);
        for (Setting due = dueBy(end); due != null; due = dueBy(end)) {
            due.ring().run();
        }
    }

    /// When the timer fires; null if it is not set.
    synchronized @Nullable Instant alarm() {
        Setting setting = settings.get(this);
        return setting == null ? null : setting.moment();
    }

    /// Moves the clock to the next timer before `end`, or to `end`. Returns that timer.
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
