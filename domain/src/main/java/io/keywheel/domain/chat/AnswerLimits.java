package io.keywheel.domain.chat;

import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion.Choice;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Limits of an answer for all adapters, because the provider chooses how much it sends.
///
/// Indices are bounded instead of counted: the check needs no state, and readers keep a bounded state for each
/// index. [BlockNumbers] counts blocks, which may share an index.
public final class AnswerLimits {

    /// The most choices, and the bound of their indices: OpenAI's limit for `n`.
    public static final int CHOICES = 128;

    /// The most tool calls of one choice, and the bound of their indices. OpenAI takes 128 tools.
    public static final int TOOL_CALLS = 128;

    /// The most blocks (text, reasoning or tool calls) of a streamed answer: readers keep state for each.
    public static final int BLOCKS = 2000;

    /// The most characters of text, reasoning and tool calls in an answer, streamed or not: many times a usual
    /// one. Extras do not count, because log probabilities alone may be more; they are passed on, not kept.
    public static final long CHARACTERS = 8 << 20;

    /// The approximate bytes of an object, its reference and an empty text.
    private static final int OBJECT = 48;

    private AnswerLimits() {}

    /// The name of the limit that is exceeded; null for none.
    public static @Nullable String exceeded(Chunk chunk) {
        if (chunk.pieces().size() > CHOICES) {
            return "choices";
        }
        for (Piece piece : chunk.pieces()) {
            if (piece.choice() < 0 || piece.choice() >= CHOICES) {
                return "choices";
            }
            if (exceedsToolCalls(piece.delta().toolCalls())) {
                return "tool calls";
            }
        }
        return null;
    }

    private static boolean exceedsToolCalls(List<ToolCallPart> calls) {
        if (calls.size() > TOOL_CALLS) {
            return true;
        }
        for (ToolCallPart call : calls) {
            if (call.index() < 0 || call.index() >= TOOL_CALLS) {
                return true;
            }
        }
        return false;
    }

    /// The name of the limit that a whole answer exceeds; null for none.
    public static @Nullable String exceeded(Completion completion) {
        if (completion.choices().size() > CHOICES) {
            return "choices";
        }
        for (Choice choice : completion.choices()) {
            if (choice.index() < 0 || choice.index() >= CHOICES) {
                return "choices";
            }
            if (choice.content().toolCalls().size() > TOOL_CALLS) {
                return "tool calls";
            }
        }
        return completion.characters() > CHARACTERS ? "characters" : null;
    }

    /// The characters that count towards [#CHARACTERS].
    public static long characters(Chunk chunk) {
        long characters = 0;
        for (Piece piece : chunk.pieces()) {
            Delta delta = piece.delta();
            characters += delta.text().length() + (long) delta.reasoning().length();
            for (ToolCallPart call : delta.toolCalls()) {
                characters += length(call.id())
                        + length(call.name())
                        + call.arguments().length();
            }
        }
        return characters;
    }

    /// About the bytes that a chunk takes in memory, as far as its provider can increase them.
    public static long bytes(Chunk chunk) {
        long bytes = OBJECT + bytes(chunk.extras()) + 2 * characters(chunk);
        if (chunk.usage() != null) {
            bytes += bytes(chunk.usage().extras());
        }
        for (Piece piece : chunk.pieces()) {
            bytes += 3 * OBJECT + bytes(piece.extras()) + bytes(piece.delta().extras());
            for (ToolCallPart call : piece.delta().toolCalls()) {
                bytes += OBJECT + bytes(call.extras());
            }
        }
        return bytes;
    }

    private static long bytes(Extras extras) {
        long bytes = 0;
        for (Map.Entry<String, String> field : extras.fields().entrySet()) {
            bytes += 3 * OBJECT
                    + 2 * (field.getKey().length() + (long) field.getValue().length());
        }
        return bytes;
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
