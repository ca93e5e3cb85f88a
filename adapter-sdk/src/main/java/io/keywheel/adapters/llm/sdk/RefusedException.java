package io.keywheel.adapters.llm.sdk;

import io.keywheel.domain.failover.Failure;

/// The provider said what is wrong. It does not leave this package.
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    RefusedException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
