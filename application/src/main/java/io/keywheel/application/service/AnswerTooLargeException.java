package io.keywheel.application.service;

import io.keywheel.domain.failover.Failure;

/// Thrown by the sink to end an attempt whose answer exceeds a bound. Leaves this package only through adapters,
/// which rethrow it.
final class AnswerTooLargeException extends RuntimeException {

    private final Failure failure;

    /// Has no stack trace, because a provider determines how often this is thrown.
    AnswerTooLargeException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
