package io.keywheel.domain.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The content of one choice.
///
/// @param text empty if the model wrote none, or only calls tools
/// @param reasoning the reasoning text; null for none
/// @param extras further fields of the reply
public record Reply(String text, @Nullable String reasoning, List<ToolCall> toolCalls, Extras extras) {

    static final Reply NONE = new Reply("", null, List.of(), Extras.NONE);

    public Reply {
        requireNonNull(text);
        requireNonNull(extras);
        toolCalls = List.copyOf(toolCalls);
    }

    /// A reply of plain text.
    public static Reply of(String text) {
        return new Reply(text, null, List.of(), Extras.NONE);
    }

    long characters() {
        long calls = toolCalls.stream()
                .mapToLong(call -> call.id().length()
                        + call.name().length()
                        + (long) call.arguments().length())
                .sum();
        return text.length() + (reasoning == null ? 0 : reasoning.length()) + calls;
    }

    /// Whether it has content for the client.
    public boolean carriesContent() {
        return !text.isEmpty() || !toolCalls.isEmpty();
    }
}
