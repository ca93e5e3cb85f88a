package io.keywheel.application.port.out;

import java.time.Instant;

/// Calls back at a moment.
@FunctionalInterface
public interface WakeupTimer {

    /// Calls `ring` once on another thread, at `moment` or as soon after it as possible. A later call may replace
    /// an earlier one. Returns at once.
    void set(Instant moment, Runnable ring);
}
