package io.keywheel.adapters.http.errors;

import org.jspecify.annotations.Nullable;

/// The server refuses a request.
public final class RefusedException extends RuntimeException {

    private final HttpError httpError;
    private final @Nullable String field;

    private RefusedException(HttpError httpError, String message, @Nullable String field) {
        super(message);
        this.httpError = httpError;
        this.field = field;
    }

    public RefusedException(HttpError httpError, String message) {
        this(httpError, message, null);
    }

    /// @param field the invalid one, such as `messages[1].role`
    public static RefusedException invalid(String field, String message) {
        return new RefusedException(HttpError.INVALID_REQUEST, message, field);
    }

    /// The message for the client.
    public String message() {
        return String.valueOf(getMessage());
    }

    public HttpError httpError() {
        return httpError;
    }

    /// The invalid field; null if the error concerns the whole request.
    public @Nullable String field() {
        return field;
    }
}
