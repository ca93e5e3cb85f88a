package io.keywheel.adapters.http.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client says on a WebSocket.
///
/// A message may go without an id; then at most one such chat runs at a time.
sealed interface WebSocketMessage {

    int LONGEST_ID = 128;

    @Nullable
    String id();

    /// Asks for an answer.
    ///
    /// @param request as the body of `POST /api/chat/stream`
    record Chat(@Nullable String id, ObjectNode request) implements WebSocketMessage {}

    /// Wants no more of an answer.
    record Cancel(@Nullable String id) implements WebSocketMessage {}

    /// Takes `type` and `id` out of `message`.
    ///
    /// @throws RefusedException if it is neither of the two
    static WebSocketMessage of(ObjectNode message) {
        String id = idOf(message);
        message.remove("id");
        JsonNode type = message.remove("type");
        if (type == null || (type.isTextual() && type.textValue().equals("chat"))) {
            return new Chat(id, message);
        }
        if (type.isTextual() && type.textValue().equals("cancel")) {
            return new Cancel(id);
        }
        throw invalid("type", "must be chat or cancel");
    }

    /// The id of a message, whatever else it says; null for none.
    ///
    /// @throws RefusedException if it cannot be one
    static @Nullable String idOf(ObjectNode message) {
        JsonNode id = message.get("id");
        if (id == null || id.isNull()) {
            return null;
        }
        if (!id.isTextual() || id.textValue().isEmpty() || id.textValue().length() > LONGEST_ID) {
            throw invalid("id", "must be a string of 1 to " + LONGEST_ID + " characters");
        }
        return id.textValue();
    }

    private static RefusedException invalid(String field, String problem) {
        return new RefusedException(HttpError.INVALID_REQUEST, field + " " + problem, Map.of("field", field));
    }
}
