package io.keywheel.domain.routing;

import org.jspecify.annotations.Nullable;

/// Which way a request goes.
public sealed interface Route {

    /// Path A: no model was named, so providers take turns with their default models.
    ///
    /// @param only the one provider to use, or null for all of them
    record DefaultModels(@Nullable ProviderId only) implements Route {}

    /// Path B: that model at that provider and no other, its keys in turn.
    record NamedModel(ProviderId provider, ModelId model) implements Route {}
}
