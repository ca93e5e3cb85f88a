package io.keywheel.application.service;

import io.keywheel.domain.failover.Failure;

/// An answer exceeds a bound. The sink throws it to end the attempt. It leaves this package only through adapters,
/// which pass on what the sink throws.
final class AnswerTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    /// Has no stack trace: it would say nothing new, and a provider chooses how often this happens.
    ///
    /// @param failure the failure of the attempt
    AnswerTooLargeException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
