package io.keywheel.application.service;

import io.keywheel.application.port.out.WakeupTimer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// A clock that a test moves, with the alarm that goes with it. It stands still, or moves on by `ticking` each
/// time it is read, so that no two readings are the same.
final class TestTime implements InstantSource, WakeupTimer {

    private record Setting(Instant moment, Runnable ring) {}

    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private Duration wallOffset = Duration.ZERO;
    private Duration ticking = Duration.ZERO;
    private @Nullable Setting setting;

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
        setting = new Setting(moment, ring);
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
        moveTo(end);
    }

    /// When the alarm will ring; null where it has rung.
    synchronized @Nullable Instant alarm() {
        return setting == null ? null : setting.moment();
    }

    private synchronized @Nullable Setting dueBy(Instant end) {
        Setting due = setting;
        if (due == null || due.moment().isAfter(end)) {
            return null;
        }
        moveTo(due.moment());
        setting = null;
        return due;
    }

    private synchronized void moveTo(Instant moment) {
        now = moment.isAfter(now) ? moment : now;
    }
}
