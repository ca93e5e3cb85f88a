package io.keywheel.adapters.http.connection;

import java.util.concurrent.atomic.AtomicLong;

/// Times one thing after the other: one thread does them, another one looks.
final class Stopwatch {

    private static final long STOPPED = 0;

    private final AtomicLong ends = new AtomicLong(STOPPED);

    /// @param at in [System#nanoTime]
    void start(long at) {
        ends.set(at == STOPPED ? 1 : at);
    }

    void stop() {
        ends.set(STOPPED);
    }

    /// Whether what is being done takes too long.
    boolean isOver(long now) {
        long at = ends.get();
        return at != STOPPED && at - now < 0;
    }
}
