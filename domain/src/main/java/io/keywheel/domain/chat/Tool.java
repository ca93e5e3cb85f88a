package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// What a model may ask to have called.
public sealed interface Tool {

    /// A function of the caller's.
    ///
    /// @param parameters the JSON schema of its arguments, as the caller wrote it; null for none
    /// @param strict whether the arguments must keep to the schema; null leaves that to the provider
    /// @param extras what else the tool says beside its function
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

    /// What not all providers have, such as a search of the provider's own.
    ///
    /// @param fields all that it says, its `type` included
    record Other(Extras fields) implements Tool {}
}
