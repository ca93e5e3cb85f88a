package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.in.ChatCommand;
import org.jspecify.annotations.Nullable;

/// Reads what a client sent to the native door.
///
/// Nothing passes unnoticed: a wrong type, a value out of range and an unknown name are each refused by name.
public final class ChatRequest {

    /// What is wrong with a request.
    public static final class InvalidException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final @Nullable String field;
        private final String problem;

        InvalidException(@Nullable String field, String problem) {
            super(problem);
            this.field = field;
            this.problem = problem;
        }

        /// What, in words for the client.
        public String problem() {
            return problem;
        }

        /// Where, as in `messages[1].role`; null where the whole of it is wrong.
        public @Nullable String field() {
            return field;
        }
    }

    private ChatRequest() {}

    /// The object that `text` is.
    ///
    /// @throws InvalidException if it is not exactly one JSON object
    public static ObjectNode object(byte[] text) {
        return JsonText.object(text);
    }

    /// @throws InvalidException if `body` is not a chat request
    public static ChatCommand read(ObjectNode body) {
        return NativeRequest.read(body);
    }
}
