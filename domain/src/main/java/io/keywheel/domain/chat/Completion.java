package io.keywheel.domain.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model's whole answer.
///
/// A streamed completion repeats nothing: its text, reasoning and tool calls went to the [ChunkSink], and are empty
/// here.
///
/// @param usage null where the provider did not tell
public record Completion(
        String text,
        @Nullable String reasoning,
        List<ToolCall> toolCalls,
        FinishReason finishReason,
        @Nullable TokenUsage usage) {

    public Completion {
        toolCalls = List.copyOf(toolCalls);
    }

    /// The end of a streamed answer.
    public static Completion streamed(FinishReason finishReason, @Nullable TokenUsage usage) {
        return new Completion("", null, List.of(), finishReason, usage);
    }
}
