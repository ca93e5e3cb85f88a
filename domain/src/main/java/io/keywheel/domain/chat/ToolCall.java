package io.keywheel.domain.chat;

import static java.util.Objects.requireNonNull;

/// A model's wish to have a function called.
///
/// @param arguments the arguments as JSON text, exactly as the model wrote it: it may not be valid JSON
/// @param extras what else the call says. A call of something else than a function says all but its id here, its
///     `type` included; its name and arguments are empty
public record ToolCall(String id, String name, String arguments, Extras extras) {

    public ToolCall {
        requireNonNull(id);
        requireNonNull(name);
        requireNonNull(arguments);
        requireNonNull(extras);
    }

    public ToolCall(String id, String name, String arguments) {
        this(id, name, arguments, Extras.NONE);
    }
}
