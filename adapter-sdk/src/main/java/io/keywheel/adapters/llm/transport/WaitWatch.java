package io.keywheel.adapters.llm.transport;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Wakes threads that wait for a provider when their deadlines pass.
///
/// While there are waits, one thread checks all of them some fifty times a second. A timer for each wait would cost
/// more than a chunk.
final class WaitWatch implements AutoCloseable {

    /// A wait of a thread that must end in time.
    interface Wait {

        /// The end of the wait, in the time of [System#nanoTime].
        long until();

        /// Called on the watching thread after the end, perhaps more than once.
        void wake();
    }

    private static final long TICK = Duration.ofMillis(20).toNanos();
    private static final long SHORTEST = Duration.ofMillis(1).toNanos();

    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private @Nullable Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    /// To be called before the wait, and [#end] after it.
    void begin(Wait wait) {
        waits.add(wait);
        if (asleep) {
            LockSupport.unpark(thread);
        } else if (thread == null) {
            start();
        }
    }

    void end(Wait wait) {
        waits.remove(wait);
    }

    private synchronized void start() {
        if (thread == null) {
            // Stored before it starts, so that a thread that finds it asleep can wake it.
            Thread unstarted =
                    Thread.ofPlatform().daemon().name("keywheel-waits").unstarted(this::watch);
            thread = unstarted;
            unstarted.start();
        }
    }

    private void watch() {
        while (!closed || !waits.isEmpty()) {
            if (waits.isEmpty()) {
                sleep();
            } else {
                LockSupport.parkNanos(this, Math.clamp(wakeExpired(), SHORTEST, TICK));
            }
        }
    }

    private void sleep() {
        asleep = true;
        if (waits.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /// Wakes waits whose deadlines have passed. Returns the time until the next one ends.
    private long wakeExpired() {
        long next = TICK;
        long now = System.nanoTime();
        for (Wait wait : waits) {
            long left = wait.until() - now;
            if (left <= 0) {
                wait.wake();
            }
            next = Math.min(next, left);
        }
        return next;
    }

    /// The watching thread continues until the last wait has ended, so that each wait still ends in time.
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
