package io.keywheel.adapters.llm.sdk;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.ToolCall;
import java.util.Objects;

/// Converts a whole answer, which is read as one chunk.
final class WholeAnswer {

    private WholeAnswer() {}

    static Completion of(Chunk chunk) {
        return new Completion(chunk.pieces().stream().map(WholeAnswer::choice).toList(), chunk.usage(), chunk.extras());
    }

    /// Whether the answer has no content, and no reason that explains it.
    static boolean isEmpty(Completion completion) {
        for (Completion.Choice choice : completion.choices()) {
            if (choice.content().carriesContent() || choice.content().extras().carryContent()) {
                return false;
            }
        }
        return !FinishTracker.explainsEmptiness(completion.finishReason());
    }

    private static Completion.Choice choice(Piece piece) {
        Delta delta = piece.delta();
        String reasoning = delta.reasoning().isEmpty() ? null : delta.reasoning();
        return new Completion.Choice(
                piece.choice(),
                new Content(
                        delta.text(),
                        reasoning,
                        delta.toolCalls().stream().map(WholeAnswer::call).toList(),
                        delta.extras()),
                Objects.requireNonNullElseGet(
                        piece.finishReason(),
                        () -> FinishTracker.unreported(!delta.toolCalls().isEmpty())),
                piece.extras());
    }

    private static ToolCall call(ToolCallPart call) {
        String id = Objects.requireNonNullElse(call.id(), "");
        return new ToolCall(
                id.isEmpty() ? Format.callId() : id,
                Objects.requireNonNullElse(call.name(), ""),
                call.arguments(),
                call.extras());
    }
}
