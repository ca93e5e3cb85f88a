package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The answer to a request that failed.
///
/// @param code what went wrong, as the native API and the log name it
/// @param details further fields, as the API has them
/// @param retryAfter how long to wait before trying again, where that would help
public record ErrorResponse(
        int status,
        String code,
        String message,
        ObjectNode details,
        @Nullable Duration retryAfter) {

    public ErrorResponse(int status, String code, String message) {
        this(status, code, message, JsonWriter.object(), null);
    }

    /// The same as another API has it.
    public ErrorResponse with(int otherStatus, String otherMessage, ObjectNode otherDetails) {
        return new ErrorResponse(otherStatus, code, otherMessage, otherDetails, retryAfter);
    }

    /// Whole seconds, rounded up: a client that comes back a moment early would be refused again.
    public @Nullable Long retryAfterSeconds() {
        return retryAfter == null
                ? null
                : Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }

    /// The fields of the native API, in a body, an event or a message.
    public ObjectNode body() {
        ObjectNode body = JsonWriter.object().put("error", message).put("code", code);
        body.set("details", details);
        return body;
    }
}
