package io.keywheel.adapters.http.errors;

import io.keywheel.adapters.http.connection.BodyBudget;
import org.jspecify.annotations.Nullable;

/// The server refuses a request.
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpError httpError;
    private final @Nullable String field;

    private RefusedException(HttpError httpError, String message, @Nullable String field, @Nullable Throwable cause) {
        super(message, cause);
        this.httpError = httpError;
        this.field = field;
    }

    public RefusedException(HttpError httpError, String message) {
        this(httpError, message, null, null);
    }

    /// The refusal of an answer when the budget for slow readers is exhausted.
    public static RefusedException of(BodyBudget.FullException e) {
        return new RefusedException(HttpError.UNAVAILABLE, "the gateway holds as many answers as it can", null, e);
    }

    /// @param field the invalid one, such as `messages[1].role`
    public static RefusedException invalid(String field, String message) {
        return new RefusedException(HttpError.INVALID_REQUEST, message, field, null);
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
