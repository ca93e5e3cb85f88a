package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the messages of a chat.
final class Messages {

    private static final Set<String> NAMES = Set.of("role", "content");
    private static final int MOST = 10_000;

    private Messages() {}

    static List<Message> read(Fields request) {
        var value = request.value("messages");
        if (value == null) {
            throw request.invalid("messages", "is missing");
        }
        if (!(value instanceof ArrayNode array)) {
            throw request.invalid("messages", "must be an array");
        }
        if (array.isEmpty()) {
            throw request.invalid("messages", "must have at least one message");
        }
        if (array.size() > MOST) {
            throw request.invalid("messages", "must have at most " + MOST + " messages");
        }
        var messages = new ArrayList<Message>(array.size());
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof ObjectNode object)) {
                throw request.invalid("messages[" + i + "]", "must be an object with role and content");
            }
            messages.add(message(new Fields(object, "messages[" + i + "].")));
        }
        return messages;
    }

    private static Message message(Fields fields) {
        fields.allowOnly(NAMES);
        Role role = role(fields);
        String content = fields.text("content");
        if (content == null) {
            throw fields.invalid("content", "is missing");
        }
        return Message.of(role, content);
    }

    private static Role role(Fields fields) {
        String role = fields.text("role");
        if (role == null) {
            throw fields.invalid("role", "is missing");
        }
        return switch (role) {
            case "system" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw fields.invalid("role", "must be one of system, user, assistant");
        };
    }
}
