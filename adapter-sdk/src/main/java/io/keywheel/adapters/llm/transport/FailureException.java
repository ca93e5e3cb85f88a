package io.keywheel.adapters.llm.transport;

import io.keywheel.domain.failover.Failure;

/// The provider said what is wrong, or cannot be asked: the failure of an attempt, thrown.
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
