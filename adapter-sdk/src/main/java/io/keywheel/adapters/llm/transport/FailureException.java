package io.keywheel.adapters.llm.transport;

import io.keywheel.domain.failover.Failure;

/// Carries the failure of an attempt to the port.
public final class FailureException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    public FailureException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
