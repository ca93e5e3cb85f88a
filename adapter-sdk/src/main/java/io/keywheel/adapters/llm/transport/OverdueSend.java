package io.keywheel.adapters.llm.transport;

import java.time.Duration;

/// Interrupts a thread that waits in the JDK's client long after its deadline. The client's timeouts depend on its
/// thread, which a provider can keep busy: Java 25 reads a chunk of 2 GiB or more in an endless loop.
final class OverdueSend implements WaitWatch.Wait {

    /// How much later than its deadline a send of a working client may end.
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final Thread sender = Thread.currentThread();
    private final long until;
    private boolean interrupted;
    private boolean ended;

    OverdueSend(AttemptDeadline attemptDeadline) {
        this.until = attemptDeadline.end() + SLACK.toNanos();
    }

    @Override
    public long until() {
        return until;
    }

    @Override
    public synchronized void wake() {
        if (!interrupted && !ended) {
            interrupted = true;
            sender.interrupt();
        }
    }

    /// Ends the wait. Returns whether it was interrupted, and clears that interrupt.
    synchronized boolean end() {
        if (ended) {
            return false;
        }
        ended = true;
        // An interrupt after that of the wait is not this one.
        return interrupted && !Thread.interrupted();
    }
}
