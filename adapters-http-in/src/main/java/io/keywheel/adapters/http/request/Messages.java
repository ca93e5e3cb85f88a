package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.json.Fields;
import io.keywheel.adapters.http.json.KnownNames;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Role;
import java.util.List;

/// Reads the messages of a chat.
public final class Messages {

    private static final KnownNames NAMES = KnownNames.of("role", "content");
    private static final int MOST = 10_000;

    private Messages() {}

    public static List<Message> read(Fields request) {
        return turns(request).stream().map(Messages::message).toList();
    }

    /// The messages as they stand.
    public static List<Fields> turns(Fields request) {
        JsonNode messages = request.needed("messages", request.value("messages"));
        if (messages.isArray() && messages.isEmpty()) {
            throw request.invalid("messages", "must have at least one message");
        }
        if (messages.size() > MOST) {
            throw request.invalid("messages", "must have at most " + MOST + " messages");
        }
        return request.objects("messages");
    }

    private static Message message(Fields fields) {
        NAMES.check(fields);
        return Message.of(role(fields), fields.needed("content"));
    }

    private static Role role(Fields fields) {
        return switch (fields.needed("role")) {
            case "system" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw fields.invalid("role", "must be one of system, user, assistant");
        };
    }
}
