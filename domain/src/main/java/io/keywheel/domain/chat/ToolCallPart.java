package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

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
