package io.keywheel.application.port.out;

import java.time.Instant;

/// Rings at a moment.
@FunctionalInterface
public interface WakeupTimer {

    /// Calls `ring` once: at `moment`, or as soon after as can be, on another thread. Only what was set last is
    /// sure to ring. Returns at once.
    void set(Instant moment, Runnable ring);
}
