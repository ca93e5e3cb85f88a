package io.keywheel.domain.chat;

import java.util.List;

/// What has been said so far, oldest first.
///
/// @param messages at least one
public record Conversation(List<Message> messages) {

    public Conversation {
        messages = List.copyOf(messages);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a conversation needs at least one message");
        }
    }

    public static Conversation of(Message... messages) {
        return new Conversation(List.of(messages));
    }
}
