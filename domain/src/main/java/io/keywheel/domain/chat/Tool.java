package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// A tool that a model may call.
public sealed interface Tool {

    /// A function of the client.
    ///
    /// @param parameters the JSON schema of its arguments, as the client wrote it; null for none
    /// @param strict whether the arguments must keep to the schema; null leaves that to the provider
    /// @param extras further fields of the tool, beside its function
    record Function(
            String name,
            @Nullable String description,
            @Nullable String parameters,
            @Nullable Boolean strict,
            Extras extras)
            implements Tool {

        public Function(String name, @Nullable String description, @Nullable String parameters) {
            this(name, description, parameters, null, Extras.NONE);
        }
    }

    /// A tool that not all providers have, such as a provider's built-in search.
    ///
    /// @param fields all fields of the tool, including its `type`
    record Other(Extras fields) implements Tool {}
}
