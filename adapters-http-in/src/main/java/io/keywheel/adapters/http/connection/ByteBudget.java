package io.keywheel.adapters.http.connection;

import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.util.concurrent.atomic.AtomicLong;

/// Limits the bytes held for all clients together: many requests within their limits could exceed the memory.
public final class ByteBudget {

    private final AtomicLong available;

    public ByteBudget(long bytes) {
        this.available = new AtomicLong(bytes);
    }

    /// The bytes of each write that do not count against the budget; most answers and events are no larger.
    static final int UNCOUNTED_BYTES = 16 << 10;

    /// Runs `write` while `bytes`, less [#UNCOUNTED_BYTES], count against the budget.
    ///
    /// @throws RefusedException if the budget is exhausted; then nothing is written
    void withinBudget(int bytes, Runnable write) {
        if (bytes <= UNCOUNTED_BYTES) {
            write.run();
            return;
        }
        try (var share = share()) {
            share.reserve(bytes - UNCOUNTED_BYTES);
            write.run();
        }
    }

    public Share share() {
        return new Share();
    }

    /// The bytes that one request holds until it is closed. Not thread-safe.
    public final class Share implements AutoCloseable {

        private long reserved;

        private Share() {}

        /// @throws RefusedException if there is no room for `bytes` more
        public void reserve(int bytes) {
            if (available.getAndUpdate(unreserved -> unreserved < bytes ? unreserved : unreserved - bytes) < bytes) {
                throw new RefusedException(
                        HttpError.UNAVAILABLE, "the gateway has reached its memory limit of requests and answers");
            }
            reserved += bytes;
        }

        long bytes() {
            return reserved;
        }

        /// Releases all but `bytes`.
        public void shrinkTo(long bytes) {
            if (bytes < reserved) {
                available.addAndGet(reserved - bytes);
                reserved = bytes;
            }
        }

        @Override
        public void close() {
            shrinkTo(0);
        }
    }
}
