package io.keywheel.adapters.http.connection;

import java.util.concurrent.atomic.AtomicLong;

/// Limits the bytes held for all clients together: many requests within their limits could exceed the memory.
public final class BodyBudget {

    private final AtomicLong left;

    public BodyBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /// The budget is exhausted.
    public static final class FullException extends RuntimeException {
        private static final long serialVersionUID = 1;

        FullException() {
            super("the gateway holds as many bytes as it can");
        }
    }

    /// The bytes of each write that do not count against the budget; most answers and events are no larger.
    static final int FREE = 16 << 10;

    /// Runs `write` while `bytes`, less [#FREE], count against the budget.
    ///
    /// @throws FullException if the budget is exhausted; then nothing is written
    void whileHeld(int bytes, Runnable write) {
        if (bytes <= FREE) {
            write.run();
            return;
        }
        try (var share = share()) {
            share.add(bytes - FREE);
            write.run();
        }
    }

    /// A new, empty share.
    public Share share() {
        return new Share();
    }

    /// The bytes that one request holds until it is closed. Not thread-safe.
    public final class Share implements AutoCloseable {

        private long held;

        private Share() {}

        /// @throws FullException if there is no room for `bytes` more
        public void add(int bytes) {
            if (left.getAndUpdate(free -> free < bytes ? free : free - bytes) < bytes) {
                throw new FullException();
            }
            held += bytes;
        }

        public boolean isEmpty() {
            return held == 0;
        }

        /// Releases all but `bytes`.
        public void keep(long bytes) {
            if (bytes < held) {
                left.addAndGet(held - bytes);
                held = bytes;
            }
        }

        @Override
        public void close() {
            keep(0);
        }
    }
}
