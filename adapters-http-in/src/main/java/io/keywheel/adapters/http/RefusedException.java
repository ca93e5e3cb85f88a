package io.keywheel.adapters.http;

import io.keywheel.adapters.http.request.ChatRequest;
import java.util.Map;

/// The door turns a request away.
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Fault fault;
    private final String sentence;
    private final transient Map<String, String> details;

    RefusedException(Fault fault, String message, Map<String, String> details) {
        super(message);
        this.fault = fault;
        this.sentence = message;
        this.details = Map.copyOf(details);
    }

    RefusedException(Fault fault, String message) {
        this(fault, message, Map.of());
    }

    static RefusedException of(ChatRequest.InvalidException e) {
        String field = e.field();
        return new RefusedException(
                Fault.INVALID_REQUEST, e.problem(), field == null ? Map.of() : Map.of("field", field));
    }

    /// What the client is told.
    String sentence() {
        return sentence;
    }

    Fault fault() {
        return fault;
    }

    Map<String, String> details() {
        return details;
    }
}
