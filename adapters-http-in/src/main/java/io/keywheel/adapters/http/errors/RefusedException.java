package io.keywheel.adapters.http.errors;

import io.keywheel.adapters.http.connection.BodyBudget;
import io.keywheel.adapters.http.json.InvalidRequestException;
import java.util.Map;

/// The server refuses a request.
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpError httpError;
    private final String sentence;
    private final transient Map<String, String> details;

    public RefusedException(HttpError httpError, String message, Map<String, String> details) {
        super(message);
        this.httpError = httpError;
        this.sentence = message;
        this.details = Map.copyOf(details);
    }

    public RefusedException(HttpError httpError, String message) {
        this(httpError, message, Map.of());
    }

    /// Too many bytes wait for slow readers.
    public static RefusedException of(BodyBudget.FullException e) {
        var refused = new RefusedException(HttpError.UNAVAILABLE, "the gateway holds as many answers as it can");
        refused.initCause(e);
        return refused;
    }

    public static RefusedException of(InvalidRequestException e) {
        String field = e.field();
        return new RefusedException(
                HttpError.INVALID_REQUEST, e.problem(), field == null ? Map.of() : Map.of("field", field));
    }

    /// The message for the client.
    public String sentence() {
        return sentence;
    }

    public HttpError fault() {
        return httpError;
    }

    public Map<String, String> details() {
        return details;
    }
}
