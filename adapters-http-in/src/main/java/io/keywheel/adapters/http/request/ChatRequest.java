package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.Selection;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.ModelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads what a client sent to the native door.
///
/// Nothing passes unnoticed: a wrong type, a value out of range and an unknown name are each refused by name.
public final class ChatRequest {

    private static final Set<String> NAMES = Set.of(
            "messages",
            "system_prompt",
            "provider",
            "model",
            "fallback",
            "temperature",
            "max_tokens",
            "top_p",
            "stop",
            "seed");

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
        var fields = new Fields(body, "");
        fields.allowOnly(NAMES);
        return new ChatCommand(
                conversation(fields), sampling(fields), Extras.NONE, selection(fields), fields.flag("fallback", true));
    }

    private static Conversation conversation(Fields fields) {
        List<Message> messages = Messages.read(fields);
        String systemPrompt = fields.text("system_prompt");
        if (systemPrompt == null) {
            return new Conversation(messages);
        }
        var all = new ArrayList<Message>();
        all.add(Message.system(systemPrompt));
        all.addAll(messages);
        return new Conversation(all);
    }

    private static Sampling sampling(Fields fields) {
        Decimal topP = fields.number("top_p", 0, 1);
        if (topP != null && Double.parseDouble(topP.text()) == 0) {
            throw fields.invalid("top_p", "must be more than 0 and at most 1");
        }
        return new Sampling(
                fields.number("temperature", 0, 2),
                fields.integer("max_tokens", 1, Integer.MAX_VALUE),
                topP,
                fields.texts("stop", 4),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                null);
    }

    private static Selection selection(Fields fields) {
        return new Selection(name(fields, "provider"), name(fields, "model"));
    }

    private static @Nullable String name(Fields fields, String field) {
        String name = fields.text(field);
        if (name != null && name.isBlank()) {
            throw fields.invalid(field, "must not be blank; leave it out for any");
        }
        if (name != null && !ModelId.isValid(name)) {
            throw fields.invalid(field, "must be 1 to 200 printable ASCII characters without blanks");
        }
        return name;
    }
}
