package io.keywheel.application.port.out;

import java.time.Instant;

/// Runs a callback at a given instant.
@FunctionalInterface
public interface WakeupTimer {

    /// Calls `ring` once on another thread, at `moment` or as soon after it as possible. A later call may replace
    /// an earlier one. Returns immediately.
    void set(Instant moment, Runnable ring);
}
