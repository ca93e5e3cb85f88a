package io.keywheel.simulator.http;

/// Follows one request: written by its connection's thread, read by any.
public final class Exchange {

    /// How a request ended so far.
    ///
    /// @param status 0 while no status line was written
    public record Outcome(int status, boolean finished, boolean clientLeft) {}

    private volatile Outcome outcome = new Outcome(0, false, false);

    /// As it stands now.
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
