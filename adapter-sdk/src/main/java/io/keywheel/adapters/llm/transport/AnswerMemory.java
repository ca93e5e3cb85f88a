package io.keywheel.adapters.llm.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The memory for one provider's answers while they arrive: lines of streams, and whole answers.
///
/// Each answer is bounded, but a provider may keep a thousand answers at that bound. So all its answers share a
/// sixteenth of the heap. If a provider uses that up, only attempts at this provider fail.
public final class AnswerMemory {

    /// The bytes that each answer may use without a share, which is enough for most.
    static final int FREE_PER_ANSWER = 64 << 10;

    /// Larger JSON is read one answer at a time: three bytes of it may become eighty bytes of a tree.
    private static final int LARGE = 1 << 20;

    private final AtomicLong left;
    private final ReentrantLock reading = new ReentrantLock();

    public AnswerMemory() {
        this(Runtime.getRuntime().maxMemory() / 16);
    }

    AnswerMemory(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /// Creates the share of a new answer, which is empty at first.
    public Share share() {
        return new Share();
    }

    /// Reads the bytes of an answer.
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    /// Runs `work` on `bytes` bytes of an answer. Work on large answers runs one at a time.
    public <T, E extends Exception> T read(int bytes, Work<T, E> work) throws E {
        if (bytes <= LARGE) {
            return work.run();
        }
        reading.lock();
        try {
            return work.run();
        } finally {
            reading.unlock();
        }
    }

    /// The memory that one answer uses. Confined to one thread.
    public final class Share implements AutoCloseable {

        private long taken;

        private Share() {}

        /// Changes how many bytes the answer holds.
        ///
        /// @return whether there is room; if not, nothing has changed
        public boolean hold(long bytes) {
            long wanted = Math.max(0, bytes - FREE_PER_ANSWER);
            long more = wanted - taken;
            if (more != 0 && left.getAndUpdate(free -> free < more ? free : free - more) < more) {
                return false;
            }
            taken = wanted;
            return true;
        }

        @Override
        public void close() {
            hold(0);
        }
    }
}
