package io.keywheel.adapters.http.errors;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The server refuses a request.
public final class RefusedException extends RuntimeException {

    private static final Duration CAPACITY_RETRY = Duration.ofSeconds(1);

    private final HttpError httpError;
    private final @Nullable String field;
    private final @Nullable Duration retryAfter;

    private RefusedException(
            HttpError httpError, String message, @Nullable String field, @Nullable Duration retryAfter) {
        super(message);
        this.httpError = httpError;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    public RefusedException(HttpError httpError, String message) {
        this(httpError, message, null, httpError == HttpError.UNAVAILABLE ? CAPACITY_RETRY : null);
    }

    public static RefusedException unavailable(String message, Duration retryAfter) {
        return new RefusedException(HttpError.UNAVAILABLE, message, null, retryAfter);
    }

    /// @param field the invalid one, such as `messages[1].role`
    public static RefusedException invalid(String field, String message) {
        return new RefusedException(HttpError.INVALID_REQUEST, message, field, null);
    }

    public static RefusedException malformedBody() {
        return new RefusedException(HttpError.INVALID_REQUEST, "the body is not valid HTTP");
    }

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

    /// Null if waiting would not help.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
