package io.keywheel.bootstrap.adapters;

import io.keywheel.domain.routing.ProviderId;

/// An adapter does not take its settings, or does not fit to this gateway.
public final class CannotOpenException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// @param why in words without a secret
    CannotOpenException(ProviderId provider, String why, Throwable cause) {
        super("The adapter of %s cannot be opened: %s".formatted(provider, why), cause);
    }
}
