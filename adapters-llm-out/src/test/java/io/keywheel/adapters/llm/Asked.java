package io.keywheel.adapters.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolChoice;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A request with one field under test.
///
/// @param pointer the JSON pointer to the object with that field
record Asked(Conversation conversation, Sampling sampling, Extras extras, String pointer) {

    private static final Message HELLO = Message.user("Hello");
    private static final Tool TOOL = new Tool.Function("f", null, "{\"type\":\"object\"}");

    static Asked at(String where, String name, JsonNode value) {
        Extras said = Extras.of(name, value.toString());
        return switch (where) {
            case "", "without tools", "on a stream" -> request(List.of(), name, value);
            case "beside tools" -> request(List.of(TOOL), name, value);
            case "user" -> of("/messages/0", message(Role.USER, said));
            case "assistant" -> of("/messages/1", HELLO, message(Role.ASSISTANT, said), HELLO);
            case "tool" -> of("/messages/2", HELLO, calling(Extras.NONE), answering(said));
            case "tool_calls[]" -> of("/messages/1/tool_calls/0", HELLO, calling(said), answering(Extras.NONE));
            case "content[]" ->
                of(
                        "/messages/0/content/0",
                        new Message(Role.USER, List.of(new Part.Text("Hello", said)), List.of(), null, Extras.NONE));
            case "tools[]" -> {
                var tool = new Tool.Function("f", null, null, null, said);
                var conversation = new Conversation(List.of(HELLO), List.of(tool), null);
                yield new Asked(conversation, Sampling.DEFAULT, Extras.NONE, "/tools/0");
            }
            default -> throw new AssertionError("where is '" + where + "'?");
        };
    }

    private static Asked request(List<Tool> tools, String name, JsonNode value) {
        var conversation = new Conversation(List.of(HELLO), tools, name.equals("tool_choice") ? mode(value) : null);
        Extras extras = switch (name) {
            case "temperature", "top_p", "stop", "seed", "n", "tool_choice" -> Extras.NONE;
            default -> Extras.of(name, value.toString());
        };
        return new Asked(conversation, sampling(name, value), extras, "");
    }

    private static Sampling sampling(String name, JsonNode value) {
        boolean limit = name.equals("max_tokens") || name.equals("max_completion_tokens");
        return new Sampling(
                name.equals("temperature") ? decimal(value) : null,
                limit ? Long.valueOf(value.longValue()) : null,
                name.equals("top_p") ? decimal(value) : null,
                name.equals("stop") ? List.of(value.path(0).textValue()) : List.of(),
                name.equals("seed") ? Long.valueOf(value.longValue()) : null,
                name.equals("n") ? Integer.valueOf(value.intValue()) : null);
    }

    private static Decimal decimal(JsonNode value) {
        return new Decimal(value.toString());
    }

    private static @Nullable ToolChoice mode(JsonNode value) {
        return ToolChoice.Mode.valueOf(value.textValue().toUpperCase(Locale.ROOT));
    }

    private static Asked of(String pointer, Message... messages) {
        return new Asked(Conversation.of(messages), Sampling.DEFAULT, Extras.NONE, pointer);
    }

    private static Message message(Role role, Extras said) {
        return new Message(role, List.of(new Part.Text("Hello")), List.of(), null, said);
    }

    private static Message calling(Extras said) {
        return new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("c1", "f", "{}", said)), null, Extras.NONE);
    }

    private static Message answering(Extras said) {
        return new Message(Role.TOOL, List.of(new Part.Text("42")), List.of(), "c1", said);
    }
}
