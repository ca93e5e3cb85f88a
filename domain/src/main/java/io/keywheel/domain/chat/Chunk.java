package io.keywheel.domain.chat;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A chunk of a streamed answer.
///
/// @param pieces the additions to the choices; empty for none
/// @param usage comes with one of the last chunks, if at all
/// @param extras further fields of the chunk
public record Chunk(List<Piece> pieces, @Nullable TokenUsage usage, Extras extras) {

    public static final Chunk NOTHING = new Chunk(List.of(), null, Extras.NONE);

    /// What a chunk adds to one choice.
    ///
    /// @param choice the choice's index, from 0
    /// @param finishReason given with the choice's last piece
    /// @param extras further fields of the choice, beside its delta; among them the provider's `finish_reason` if
    ///     [FinishReason] has no constant for it
    public record Piece(int choice, Delta delta, @Nullable FinishReason finishReason, Extras extras) {}

    /// The next content of one choice.
    ///
    /// @param text empty for none
    /// @param reasoning the next reasoning text; empty for none
    /// @param extras further fields of the delta
    public record Delta(String text, String reasoning, List<ToolCallPart> toolCalls, Extras extras) {

        public Delta {
            toolCalls = List.copyOf(toolCalls);
        }

        public boolean carriesContent() {
            return !text.isEmpty() || !reasoning.isEmpty() || !toolCalls.isEmpty();
        }
    }

    /// A fragment of a [ToolCall].
    ///
    /// @param index the index of the call in the answer, from 0
    /// @param id given on the first fragment of a call
    /// @param name given on the first fragment of a call, or split over several before the arguments
    /// @param arguments the next piece of the arguments' JSON text
    /// @param extras further fields of the fragment, as in a [ToolCall]
    public record ToolCallPart(
            int index, @Nullable String id, @Nullable String name, String arguments, Extras extras) {

        public ToolCallPart(int index, @Nullable String id, @Nullable String name, String arguments) {
            this(index, id, name, arguments, Extras.NONE);
        }
    }

    public Chunk {
        pieces = List.copyOf(pieces);
    }

    /// Text of the first choice.
    public static Chunk text(String text) {
        return of(new Delta(text, "", List.of(), Extras.NONE));
    }

    /// Reasoning of the first choice.
    public static Chunk reasoning(String text) {
        return of(new Delta("", text, List.of(), Extras.NONE));
    }

    /// A piece of the first choice.
    public static Chunk of(Delta delta) {
        return of(delta, null, null);
    }

    /// A piece of the first choice; the usage comes with the last one.
    public static Chunk of(Delta delta, @Nullable FinishReason finishReason, @Nullable TokenUsage usage) {
        return new Chunk(List.of(new Piece(0, delta, finishReason, Extras.NONE)), usage, Extras.NONE);
    }

    /// The usage that the answer has reported up to this chunk. Some providers send zeros after the real counts.
    ///
    /// @param before the usage up to the previous chunk; null for none
    public @Nullable TokenUsage usageAfter(@Nullable TokenUsage before) {
        return before != null && (usage == null || usage.isZero()) ? before : usage;
    }

    /// A copy of a chunk of one piece, with another text, or another reasoning if it has no text.
    public Chunk withText(String text) {
        Piece piece = pieces.getFirst();
        Delta delta = piece.delta();
        boolean isReasoning = delta.text().isEmpty();
        var other = new Delta(isReasoning ? "" : text, isReasoning ? text : "", delta.toolCalls(), delta.extras());
        return new Chunk(
                List.of(new Piece(piece.choice(), other, piece.finishReason(), piece.extras())), usage, extras);
    }

    /// Whether it has content for the client. The first chunk with content commits a stream to its key.
    public boolean carriesContent() {
        for (Piece piece : pieces) {
            if (piece.delta().carriesContent()) {
                return true;
            }
        }
        return false;
    }

    /// The text that it adds to the first choice.
    public String text() {
        return ofFirstChoice(Delta::text);
    }

    /// The reasoning that it adds to the first choice.
    public String reasoning() {
        return ofFirstChoice(Delta::reasoning);
    }

    private String ofFirstChoice(Function<Delta, String> of) {
        String joined = "";
        for (Piece piece : pieces) {
            if (piece.choice() == 0) {
                joined = joined.concat(of.apply(piece.delta()));
            }
        }
        return joined;
    }
}
