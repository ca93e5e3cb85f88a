package io.keywheel.domain.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The content of one choice.
///
/// @param text empty if the model wrote none, or only calls tools
/// @param reasoning the reasoning text; null for none
/// @param extras further fields of the content
public record Content(String text, @Nullable String reasoning, List<ToolCall> toolCalls, Extras extras) {

    static final Content NONE = new Content("", null, List.of(), Extras.NONE);

    public Content {
        requireNonNull(text);
        requireNonNull(extras);
        toolCalls = List.copyOf(toolCalls);
    }

    public static Content of(String text) {
        return new Content(text, null, List.of(), Extras.NONE);
    }

    long characters() {
        long characters = text.length() + (reasoning == null ? 0L : reasoning.length());
        for (ToolCall call : toolCalls) {
            characters += call.id().length()
                    + call.name().length()
                    + (long) call.arguments().length();
        }
        return characters;
    }

    /// Reasoning alone does not count, unlike in [Chunk.Delta].
    public boolean carriesContent() {
        return !text.isEmpty() || !toolCalls.isEmpty();
    }
}
