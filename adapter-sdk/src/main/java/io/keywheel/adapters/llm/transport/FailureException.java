package io.keywheel.adapters.llm.transport;

import io.keywheel.domain.failover.Failure;

/// Carries the failure of an attempt to the port.
public final class FailureException extends Exception {

    private final Failure failure;

    public FailureException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    /// The failure for a response that is not a valid answer, perhaps in the provider's words.
    public static FailureException unavailable(String reason) {
        return new FailureException(new Failure.Unavailable(reason, null));
    }

    /// The same, without a word of the provider: the cause is logged.
    public static FailureException because(String cause) {
        return new FailureException(Failure.Unavailable.because(cause));
    }

    public Failure failure() {
        return failure;
    }
}
