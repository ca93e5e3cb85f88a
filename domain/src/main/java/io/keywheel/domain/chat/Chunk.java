package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// A piece of a streamed answer.
public sealed interface Chunk {

    /// Whether a reader gets something from it. The first chunk that does commits a stream to its key.
    boolean carriesContent();

    /// Words of the answer.
    record Text(String text) implements Chunk {
        @Override
        public boolean carriesContent() {
            return !text.isEmpty();
        }
    }

    /// Words the model thinks with before it answers.
    record Reasoning(String text) implements Chunk {
        @Override
        public boolean carriesContent() {
            return !text.isEmpty();
        }
    }

    /// A fragment of a [ToolCall].
    ///
    /// @param index which of the answer's calls it belongs to, from 0
    /// @param id given on the first fragment of a call
    /// @param name given on the first fragment of a call
    /// @param arguments the next piece of the arguments' JSON text
    record ToolCallPart(
            int index, @Nullable String id, @Nullable String name, String arguments) implements Chunk {
        @Override
        public boolean carriesContent() {
            return true;
        }
    }
}
