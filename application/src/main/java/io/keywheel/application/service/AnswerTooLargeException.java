package io.keywheel.application.service;

import io.keywheel.domain.failover.Failure;

/// An answer passes a bound: it ends the attempt from within the sink. It does not leave this package, except
/// through an adapter, which passes on what the sink throws.
final class AnswerTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    /// Without a stack trace: it says nothing new, and a provider chooses how often this happens.
    ///
    /// @param failure what it makes of the attempt
    AnswerTooLargeException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
