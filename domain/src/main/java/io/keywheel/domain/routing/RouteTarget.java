package io.keywheel.domain.routing;

import org.jspecify.annotations.Nullable;

/// A model at a provider.
///
/// @param model null for the default model that the provider has when a key is chosen
public record RouteTarget(ProviderId provider, @Nullable ModelId model) implements Tier.Member {

    public static RouteTarget ofDefaultModel(ProviderId provider) {
        return new RouteTarget(provider, null);
    }

    /// As a client names it: `groq/openai/gpt-oss-20b`, or `groq` for its default model.
    @Override
    public String toString() {
        return model == null ? provider.value() : provider + "/" + model;
    }
}
