package io.keywheel.domain.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model says in one of its answers.
///
/// @param text empty where it says nothing, or only calls tools
/// @param reasoning the words it thought with; null where it shows none
/// @param extras what else the provider says of it
public record Reply(String text, @Nullable String reasoning, List<ToolCall> toolCalls, Extras extras) {

    static final Reply NONE = new Reply("", null, List.of(), Extras.NONE);

    public Reply {
        requireNonNull(text);
        requireNonNull(extras);
        toolCalls = List.copyOf(toolCalls);
    }

    /// A reply of plain words.
    public static Reply of(String text) {
        return new Reply(text, null, List.of(), Extras.NONE);
    }

    long characters() {
        long calls = toolCalls.stream()
                .mapToLong(call -> call.name().length() + call.arguments().length())
                .sum();
        return text.length() + (reasoning == null ? 0 : reasoning.length()) + calls;
    }

    /// Whether a reader gets something from it.
    public boolean carriesContent() {
        return !text.isEmpty() || !toolCalls.isEmpty();
    }
}
