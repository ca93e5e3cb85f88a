package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The response to a failed request.
///
/// @param code the error code of the native API and the log
/// @param details further fields, in the API's format
/// @param retryAfter how long to wait before a retry; null if waiting would not help
public record ErrorResponse(
        int status,
        String code,
        String message,
        ObjectNode details,
        @Nullable Duration retryAfter) {

    public ErrorResponse(int status, String code, String message) {
        this(status, code, message, JsonWriter.object(), null);
    }

    /// A copy with the status, message and details of another API.
    public ErrorResponse with(int otherStatus, String otherMessage, ObjectNode otherDetails) {
        return new ErrorResponse(otherStatus, code, otherMessage, otherDetails, retryAfter);
    }

    /// Rounded up, because a client that retries a moment early would be refused again.
    public @Nullable Long retryAfterSeconds() {
        return retryAfter == null
                ? null
                : Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }

    /// The fields of the native API, for a body, an event or a WebSocket message.
    public ObjectNode body() {
        ObjectNode body = JsonWriter.object().put("error", message).put("code", code);
        body.set("details", details);
        return body;
    }
}
