package io.keywheel.adapters.llm.transport;

/// Interrupts a thread that waits in the JDK's client for the head of an answer beyond its deadline.
///
/// The client has a timeout of its own. But it depends on the client's thread, which a provider can keep busy, and
/// ends a stream from Java 26 on.
final class SendTimeout implements WaitWatch.Wait {

    private final Thread sender = Thread.currentThread();
    private final long until;
    private boolean interrupted;
    private boolean ended;

    SendTimeout(AttemptDeadline attemptDeadline) {
        this.until = attemptDeadline.end();
    }

    @Override
    public long until() {
        return until;
    }

    @Override
    public synchronized void wake() {
        // Any other interrupt ends the wait, too, and must not be taken for this one.
        if (!ended && !sender.isInterrupted()) {
            interrupted = true;
            sender.interrupt();
        }
    }

    /// Ends the wait. Returns whether it was interrupted, and clears that interrupt.
    synchronized boolean end() {
        ended = true;
        if (interrupted) {
            Thread.interrupted();
        }
        return interrupted;
    }
}
