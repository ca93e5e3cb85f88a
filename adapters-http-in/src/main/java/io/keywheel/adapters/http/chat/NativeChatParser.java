package io.keywheel.adapters.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.server.ChatRunner.ParsedChat;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Parses chats of `POST /api/chat` and `POST /api/chat/stream`. Unknown fields are refused.
public final class NativeChatParser {

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

    private static final Set<String> NAMES_IN_MESSAGE = Set.of("role", "content");

    private NativeChatParser() {}

    public static ParsedChat parse(ObjectNode body, boolean stream) {
        return new ParsedChat(
                command(body),
                stream,
                List.of(),
                NativeAnswerWriter::whole,
                (events, _) -> new NativeAnswerWriter.Streamed(events));
    }

    /// The command of a chat, also of one on a WebSocket.
    public static ChatCommand command(ObjectNode body) {
        var fields = new Fields(body, "");
        if (body.has("stream")) {
            throw fields.invalid("stream", "is not a field; /api/chat/stream and /api/chat/ws always stream");
        }
        fields.requireOnly(NAMES);
        return new ChatCommand(
                conversation(fields),
                sampling(fields),
                Extras.NONE,
                new ModelSelector(fields.modelOrProvider("provider"), fields.modelOrProvider("model")),
                fields.flag("fallback", true));
    }

    private static Conversation conversation(Fields fields) {
        var messages = new ArrayList<Message>();
        String systemPrompt = fields.text("system_prompt");
        if (systemPrompt != null && !systemPrompt.isEmpty()) {
            messages.add(Message.system(systemPrompt));
        }
        fields.messages().forEach(each -> messages.add(message(each)));
        return new Conversation(messages);
    }

    private static Message message(Fields fields) {
        fields.requireOnly(NAMES_IN_MESSAGE);
        Role role = fields.oneOf("role", Role.SYSTEM, Role.USER, Role.ASSISTANT);
        return Message.of(role, fields.required("content"));
    }

    private static Sampling sampling(Fields fields) {
        Decimal topP = fields.number("top_p", 1);
        if (topP != null && Double.parseDouble(topP.text()) == 0) {
            throw fields.invalid("top_p", "must be more than 0 and at most 1");
        }
        return new Sampling(
                fields.number("temperature", 2),
                fields.integer("max_tokens", 1, Integer.MAX_VALUE),
                topP,
                fields.stop("stop"),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                null);
    }
}
