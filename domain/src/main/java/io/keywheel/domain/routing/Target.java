package io.keywheel.domain.routing;

/// Whom one attempt asks: a key and a model.
///
/// @param defaultModel whether the request leaves the model to the provider: what an adapter prepares for such calls,
///     it may keep for each key. For a named model it prepares each call anew
public record Target(PoolKey key, ModelId model, boolean defaultModel) {

    public ProviderId provider() {
        return key.provider();
    }
}
