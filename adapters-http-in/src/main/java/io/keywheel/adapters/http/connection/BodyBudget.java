package io.keywheel.adapters.http.connection;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of requests may be held at once, for all clients together: many that are allowed each could
/// still be more than there is memory.
public final class BodyBudget {

    private final AtomicLong left;

    public BodyBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /// There is no room for what a client sends.
    public static final class FullException extends RuntimeException {
        private static final long serialVersionUID = 1;

        FullException() {
            super("the gateway holds as many bytes as it can");
        }
    }

    /// What each write takes without a share: most answers and events never need more.
    static final int FREE = 16 << 10;

    /// Does `write` while `bytes` of an answer wait for the client to take them.
    ///
    /// @throws FullException if there is no room for them; then nothing is written
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

    /// A share that holds nothing yet.
    public Share share() {
        return new Share();
    }

    /// What one request holds, until it is closed. For one thread at a time.
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

        /// Gives back all but `bytes`.
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
