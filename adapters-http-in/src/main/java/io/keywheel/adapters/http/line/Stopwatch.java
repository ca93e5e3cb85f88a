package io.keywheel.adapters.http.line;

import java.util.concurrent.atomic.AtomicLong;

/// Times one thing after the other, one thread doing them and another one looking.
final class Stopwatch {

    private static final long STOPPED = 0;
    private static final long OVER = 1;

    private final AtomicLong ends = new AtomicLong(STOPPED);

    /// @param at in [System#nanoTime]
    void start(long at) {
        ends.set(at == STOPPED || at == OVER ? 2 : at);
    }

    /// False where [#isOver] has said that it took too long.
    boolean stop() {
        return ends.getAndSet(STOPPED) != OVER;
    }

    /// Whether what is being done takes too long. True once: whoever is told has to act on it.
    boolean isOver(long now) {
        long at = ends.get();
        return at != STOPPED && at != OVER && at - now < 0 && ends.compareAndSet(at, OVER);
    }
}
