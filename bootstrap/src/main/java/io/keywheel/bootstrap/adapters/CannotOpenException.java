package io.keywheel.bootstrap.adapters;

import io.keywheel.domain.routing.ProviderId;

/// An adapter does not take its settings, does not fit to this gateway, or finds its data in no order.
public final class CannotOpenException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// @param message names the variable
    public CannotOpenException(String message, Throwable cause) {
        super(message, cause);
    }

    /// @param why in words without a secret
    CannotOpenException(ProviderId provider, String why, Throwable cause) {
        super("The adapter of %s cannot be opened: %s".formatted(provider, why), cause);
    }
}
