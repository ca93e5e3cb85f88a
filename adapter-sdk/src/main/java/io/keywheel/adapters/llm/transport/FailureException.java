package io.keywheel.adapters.llm.transport;

import io.keywheel.domain.failover.Failure;

/// Carries the failure of an attempt to the port.
public final class FailureException extends Exception {

    private final Failure failure;

    public FailureException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    /// The failure for a response that is not a valid answer.
    public static FailureException unavailable(String reason) {
        return new FailureException(Failure.Unavailable.because(reason));
    }

    public Failure failure() {
        return failure;
    }
}
