package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.chat.ChatRequestReader;
import io.keywheel.adapters.http.openai.OpenAiRequest;
import io.keywheel.application.port.in.ChatCommand;
import org.jspecify.annotations.Nullable;

/// Reads what a client sent to ask for an answer.
///
/// Nothing passes unnoticed: a wrong type and a value out of range are refused by name. So is an unknown name at
/// the
/// native door; at OpenAI's, it is for the provider to judge and rides along.
public final class ChatRequest {

    /// What a client of OpenAI's asks for.
    ///
    /// @param stream whether the answer is to come piece by piece
    /// @param includeUsage whether a stream is to end with what it cost
    public record OpenAi(ChatCommand command, boolean stream, boolean includeUsage) {}

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

    /// @throws InvalidException if `body` is not a chat request of the native door
    public static ChatCommand read(ObjectNode body) {
        return ChatRequestReader.read(body);
    }

    /// @throws InvalidException if `body` is not a chat request as OpenAI's clients write it
    public static OpenAi readOpenAi(ObjectNode body) {
        return OpenAiRequest.read(body);
    }
}
