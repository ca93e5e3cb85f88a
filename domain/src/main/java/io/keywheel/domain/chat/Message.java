package io.keywheel.domain.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One turn of a [Conversation].
///
/// @param toolCalls the calls an assistant asked for; empty for every other role
/// @param toolCallId for a tool's message, the call it answers
public record Message(
        Role role,
        List<Part> content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        Extras extras) {

    public Message {
        content = List.copyOf(content);
        toolCalls = List.copyOf(toolCalls);
    }

    /// A message of plain words.
    public static Message of(Role role, String text) {
        return new Message(role, List.of(new Part.Text(text)), List.of(), null, Extras.NONE);
    }

    public static Message system(String text) {
        return of(Role.SYSTEM, text);
    }

    public static Message user(String text) {
        return of(Role.USER, text);
    }

    public static Message assistant(String text) {
        return of(Role.ASSISTANT, text);
    }
}
