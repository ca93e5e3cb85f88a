package io.keywheel.adapters.http;

import java.util.Locale;

/// Why the door itself turns a request away.
enum Fault {
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
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
