package io.keywheel.domain.chat;

import static java.util.Objects.requireNonNull;

/// A function call that the model requests.
///
/// @param arguments the arguments as JSON text, exactly as the model wrote it: it may not be valid JSON
/// @param extras further fields of the call. A call of another type than a function has all its fields here
///     except the id, including its `type`; its name and arguments are empty. A call with further fields of its
///     function has all its fields here, too
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
