package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a door tells a client that gets no answer.
///
/// @param code what went wrong, in the one word that the native door and the log have for it
/// @param details what else the door says of it
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

    /// Whole seconds, rounded up: a client that comes back a moment early would be refused again.
    @Nullable
    public Long retryAfterSeconds() {
        return retryAfter == null
                ? null
                : Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }

    /// The fields in which the native door says it, wherever they are put.
    public ObjectNode body() {
        ObjectNode body = JsonWriter.object().put("error", message).put("code", code);
        body.set("details", details);
        return body;
    }
}
