package io.keywheel.domain.chat;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A piece of a streamed answer: what the provider says in one go.
///
/// @param pieces what it adds to the choices, each on its own; empty where it adds nothing
/// @param usage comes with one of the last chunks, if at all
/// @param extras what else the provider says
public record Chunk(List<Piece> pieces, @Nullable TokenUsage usage, Extras extras) {

    /// What a chunk adds to one choice.
    ///
    /// @param choice the choice's index, from 0
    /// @param finishReason given with the choice's last piece
    /// @param extras what else the provider says of it, beside its delta; a `finish_reason` among them is the
    ///     provider's own word where the vocabulary has none
    public record Piece(int choice, Delta delta, @Nullable FinishReason finishReason, Extras extras) {}

    /// The next words of one choice.
    ///
    /// @param text empty where there are none
    /// @param reasoning the next words the model thinks with; empty where there are none
    /// @param extras what else the provider says with them
    public record Delta(String text, String reasoning, List<ToolCallPart> toolCalls, Extras extras) {

        public Delta {
            toolCalls = List.copyOf(toolCalls);
        }

        /// Whether a reader gets something from it.
        public boolean carriesContent() {
            return !text.isEmpty() || !reasoning.isEmpty() || !toolCalls.isEmpty();
        }
    }

    /// A fragment of a [ToolCall].
    ///
    /// @param index which of the answer's calls it belongs to, from 0
    /// @param id given on the first fragment of a call
    /// @param name given on the first fragment of a call
    /// @param arguments the next piece of the arguments' JSON text
    /// @param extras what else the fragment says, as in a [ToolCall]
    public record ToolCallPart(
            int index, @Nullable String id, @Nullable String name, String arguments, Extras extras) {

        public ToolCallPart(int index, @Nullable String id, @Nullable String name, String arguments) {
            this(index, id, name, arguments, Extras.NONE);
        }
    }

    public Chunk {
        pieces = List.copyOf(pieces);
    }

    /// Words of the first choice.
    public static Chunk text(String text) {
        return of(new Delta(text, "", List.of(), Extras.NONE));
    }

    /// Words that the first choice thinks with.
    public static Chunk reasoning(String text) {
        return of(new Delta("", text, List.of(), Extras.NONE));
    }

    /// A piece of the first choice.
    public static Chunk of(Delta delta) {
        return of(delta, null, null);
    }

    /// A piece of the first choice, and with the last one what the answer cost.
    public static Chunk of(Delta delta, @Nullable FinishReason finishReason, @Nullable TokenUsage usage) {
        return new Chunk(List.of(new Piece(0, delta, finishReason, Extras.NONE)), usage, Extras.NONE);
    }

    /// Whether a reader gets something from it. The first chunk that does commits a stream to its key.
    public boolean carriesContent() {
        for (Piece piece : pieces) {
            if (piece.delta().carriesContent()) {
                return true;
            }
        }
        return false;
    }

    /// The words it adds to the first choice.
    public String text() {
        return said(Delta::text);
    }

    /// The words of thought it adds to the first choice.
    public String reasoning() {
        return said(Delta::reasoning);
    }

    private String said(Function<Delta, String> of) {
        String said = "";
        for (Piece piece : pieces) {
            if (piece.choice() == 0) {
                said = said.concat(of.apply(piece.delta()));
            }
        }
        return said;
    }
}
