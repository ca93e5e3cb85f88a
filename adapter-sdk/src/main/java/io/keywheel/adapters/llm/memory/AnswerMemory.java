package io.keywheel.adapters.llm.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The memory for one provider's answers while they arrive: lines of streams, and answers as a whole.
///
/// Each answer has a bound of its own, but a provider may keep a thousand of them at their bound. So all of
/// them share a sixteenth of the heap. A provider that uses it up fails its own attempts, and no other
/// provider's.
public final class AnswerMemory {

    /// What each answer takes without a share: most never need more.
    static final int FREE = 64 << 10;

    /// Beyond this, JSON is read one at a time: three bytes of it may become eighty of a tree.
    private static final int LARGE = 1 << 20;

    private final AtomicLong left;
    private final ReentrantLock reading = new ReentrantLock();

    public AnswerMemory() {
        this(Runtime.getRuntime().maxMemory() / 16);
    }

    AnswerMemory(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /// What one answer takes; it takes nothing yet.
    public Share share() {
        return new Share();
    }

    /// What is done on the bytes of an answer.
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T done() throws E;
    }

    /// Does `work` on so many bytes, and not beside other work on many.
    public <T, E extends Exception> T read(int bytes, Work<T, E> work) throws E {
        if (bytes <= LARGE) {
            return work.done();
        }
        reading.lock();
        try {
            return work.done();
        } finally {
            reading.unlock();
        }
    }

    /// What one answer takes. Confined to one thread.
    public final class Share implements AutoCloseable {

        private long taken;

        private Share() {}

        /// Changes how many bytes the answer holds.
        ///
        /// @return whether there is room; if not, nothing has changed
        public boolean hold(long bytes) {
            long wanted = Math.max(0, bytes - FREE);
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
