package io.keywheel.bootstrap.adapters;

import io.keywheel.domain.routing.ProviderId;

/// A component cannot be opened: an adapter rejects its settings or fits another gateway version, or the usage
/// directory is unusable.
public final class CannotOpenException extends RuntimeException {

    /// @param message names the setting's variable
    public CannotOpenException(String message, Throwable cause) {
        super(message, cause);
    }

    /// @param why the reason, without secrets
    CannotOpenException(ProviderId provider, String why, Throwable cause) {
        super("The adapter of %s cannot be opened: %s".formatted(provider, why), cause);
    }
}
