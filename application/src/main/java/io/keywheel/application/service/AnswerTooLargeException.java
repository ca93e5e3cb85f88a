package io.keywheel.application.service;

/// An answer passes a bound: it ends the attempt from within the sink. It does not leave this package, except
/// through an adapter, which passes on what the sink throws.
final class AnswerTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// Without a stack trace: it says nothing new, and a provider chooses how often this happens.
    AnswerTooLargeException(String message) {
        super(message, null, false, false);
    }
}
