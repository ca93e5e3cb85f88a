package io.keywheel.domain.routing;

/// Whom one attempt asks: a key and a model.
///
/// @param defaultModel true on Path A, where the adapter keeps an instance for each key; false on Path B,
///     where it makes one for the request
public record Target(PoolKey key, ModelId model, boolean defaultModel) {

    public ProviderId provider() {
        return key.provider();
    }
}
