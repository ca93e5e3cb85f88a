package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.json.Fields;
import io.keywheel.adapters.http.request.MessageParts;
import io.keywheel.adapters.http.request.Messages;
import io.keywheel.adapters.http.request.ToolCalls;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.WrittenJson;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the messages of a chat as OpenAI's clients write them.
final class OpenAiMessages {

    private static final Set<String> TYPED = Set.of("role", "content", "tool_calls", "tool_call_id");

    private OpenAiMessages() {}

    static List<Message> read(Fields request) {
        return Messages.turns(request).stream().map(OpenAiMessages::message).toList();
    }

    private static Message message(Fields fields) {
        Role role = role(fields);
        List<ToolCall> calls = calls(fields, role);
        Extras extras = WrittenJson.beyond(fields.object(), TYPED);
        List<Part> content = MessageParts.read(fields);
        if (content.isEmpty() && !(role == Role.ASSISTANT && (!calls.isEmpty() || speaks(extras)))) {
            throw fields.invalid("content", "is missing");
        }
        return new Message(role, content, calls, callId(fields, role), extras);
    }

    private static Role role(Fields fields) {
        return switch (fields.needed("role")) {
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default -> throw fields.invalid("role", "must be one of system, developer, user, assistant, tool");
        };
    }

    private static List<ToolCall> calls(Fields fields, Role role) {
        List<ToolCall> calls = ToolCalls.read(fields);
        if (role != Role.ASSISTANT && !calls.isEmpty()) {
            throw fields.invalid("tool_calls", "is only allowed in messages of the assistant");
        }
        return calls;
    }

    private static @Nullable String callId(Fields fields, Role role) {
        if (role == Role.TOOL) {
            return fields.needed("tool_call_id");
        }
        if (fields.value("tool_call_id") != null) {
            throw fields.invalid("tool_call_id", "is only allowed in messages of a tool");
        }
        return null;
    }

    /// Whether an assistant may do without content: it refused, answered in sound, or called a function in the old
    /// way. A name alone says nothing.
    private static boolean speaks(Extras extras) {
        return extras.fields().entrySet().stream()
                .anyMatch(extra ->
                        !extra.getKey().equals("name") && !extra.getValue().equals("null"));
    }
}
