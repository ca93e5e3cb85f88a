package io.keywheel.simulator;

import io.keywheel.simulator.Received.Outcome;

/// Follows one request: written by its connection's thread, read by any.
final class Exchange {

    private volatile Outcome outcome = new Outcome(0, false, false);

    Outcome outcome() {
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
