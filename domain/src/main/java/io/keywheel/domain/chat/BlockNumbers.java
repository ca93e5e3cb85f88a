package io.keywheel.domain.chat;

import io.keywheel.domain.chat.Chunk.ToolCallPart;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Numbers the blocks of a streamed answer from 0, as they begin. A block is a stretch of text or reasoning, or a
/// tool call.
///
/// Providers distinguish calls by index. Some reuse an index for another call, with another id and a name.
public final class BlockNumbers {

    /// The kinds of text. A stretch ends where another block begins, but not at a fragment of an earlier
    /// call.
    public enum TextKind {
        TEXT,
        REASONING
    }

    private record Call(int number, @Nullable String id) {}

    private final Map<Integer, Call> calls = new HashMap<>();
    private @Nullable TextKind last;
    private int count;
    private int callCount;

    public BlockNumbers() {}

    /// The number of the block to which the next part of a stretch belongs.
    public int of(TextKind kind) {
        if (last != kind) {
            last = kind;
            count++;
        }
        return count - 1;
    }

    /// The number of the call that a fragment belongs to.
    public int of(ToolCallPart part) {
        Call call = calls.get(part.index());
        if (call == null || isOther(part, call)) {
            call = new Call(count++, null);
            callCount++;
            last = null;
            calls.put(part.index(), call);
        }
        if (isPresent(part.id())) {
            calls.put(part.index(), new Call(call.number, part.id()));
        }
        return call.number;
    }

    private static boolean isOther(ToolCallPart part, Call call) {
        return isPresent(part.name()) && isPresent(part.id()) && call.id != null && !call.id.equals(part.id());
    }

    private static boolean isPresent(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    /// Numbers the blocks of the first choice in a chunk. Answers with several choices have no blocks.
    ///
    /// @return the name of the limit of [AnswerLimits] that the chunk or the answer exceeds now; null for none
    public @Nullable String count(Chunk chunk) {
        String exceeded = AnswerLimits.exceeded(chunk);
        if (exceeded != null) {
            return exceeded;
        }
        for (Chunk.Piece piece : chunk.pieces()) {
            if (piece.choice() == 0) {
                number(piece.delta());
            }
        }
        if (callCount > AnswerLimits.TOOL_CALLS) {
            return "tool calls";
        }
        return count > AnswerLimits.BLOCKS ? "blocks" : null;
    }

    private void number(Chunk.Delta delta) {
        if (!delta.reasoning().isEmpty()) {
            of(TextKind.REASONING);
        }
        if (!delta.text().isEmpty()) {
            of(TextKind.TEXT);
        }
        delta.toolCalls().forEach(this::of);
    }
}
