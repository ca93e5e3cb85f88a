package io.keywheel.simulator.http;

/// Tracks one request. Written by its connection's thread, read by any thread.
public final class Exchange {

    /// The outcome of a request so far.
    ///
    /// @param status 0 until a status line was written
    public record Outcome(int status, boolean finished, boolean clientLeft) {}

    private volatile Outcome outcome = new Outcome(0, false, false);

    public Outcome outcome() {
        return outcome;
    }

    void began(int status) {
        outcome = new Outcome(status, false, false);
    }

    void finished() {
        outcome = new Outcome(outcome.status(), true, false);
    }

    void clientLeft() {
        outcome = new Outcome(outcome.status(), false, true);
    }
}
