package io.keywheel.domain.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The messages so far, oldest first, and the tools that the model may call.
///
/// @param messages at least one
/// @param toolChoice null leaves it to the provider
public record Conversation(
        List<Message> messages, List<Tool> tools, @Nullable ToolChoice toolChoice) {

    public Conversation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a conversation needs at least one message");
        }
    }

    public Conversation(List<Message> messages) {
        this(messages, List.of(), null);
    }

    public static Conversation of(Message... messages) {
        return new Conversation(List.of(messages));
    }
}
