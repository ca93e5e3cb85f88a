package io.keywheel.bootstrap.command;

import java.util.concurrent.CountDownLatch;

/// SIGTERM and SIGINT: the first asks for a stop, the second makes it, with [ExitStatus#FAILED].
///
/// Not a shutdown hook: the JVM ignores every signal after the one that runs the hooks, and would exit with
/// 143.
public final class StopSignal {

    private final CountDownLatch asked = new CountDownLatch(1);

    private StopSignal() {}

    /// Listens from now on.
    public static StopSignal listen() {
        var stop = new StopSignal();
        Signals.handle("TERM", stop::heard);
        Signals.handle("INT", stop::heard);
        return stop;
    }

    /// Returns when a stop has been asked for.
    public void await() {
        try {
            asked.await();
        } catch (InterruptedException _) {
            // This thread is interrupted only to end the program.
            Thread.currentThread().interrupt();
        }
    }

    /// Asks for a stop from within.
    void ask() {
        asked.countDown();
    }

    private synchronized void heard() {
        if (asked.getCount() == 0) {
            Runtime.getRuntime().halt(ExitStatus.FAILED);
        }
        asked.countDown();
    }
}
