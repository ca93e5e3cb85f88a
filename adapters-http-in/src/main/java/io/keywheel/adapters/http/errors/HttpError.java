package io.keywheel.adapters.http.errors;

import java.util.Locale;

/// Why the server itself refuses a request.
public enum HttpError {
    INVALID_REQUEST(400),
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    /// The request continues a conversation that the server would have to store.
    THREAD_NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    REQUEST_TIMEOUT(408),
    BODY_TOO_LARGE(413),
    UNSUPPORTED_MEDIA_TYPE(415),
    UPGRADE_REQUIRED(426),
    CANCELLED(499),
    INTERNAL(500),
    UNAVAILABLE(503);

    private final int status;

    HttpError(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /// As users see it: `not_found`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
