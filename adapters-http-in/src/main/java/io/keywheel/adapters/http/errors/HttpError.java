package io.keywheel.adapters.http.errors;

import java.util.Locale;

/// Why the server itself refuses a request.
public enum HttpError {
    INVALID_REQUEST,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    REQUEST_TIMEOUT,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    UPGRADE_REQUIRED,
    CANCELLED,
    UNAVAILABLE,
    INTERNAL;

    /// As users see it: `not_found`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
