package io.keywheel.domain.routing;

/// The key and model of one attempt.
///
/// @param defaultModel whether the request names no model: an adapter may then cache for each key what it
///     prepares for calls. For a named model it prepares each call anew
public record Target(PoolKey key, ModelId model, boolean defaultModel) {

    public ProviderId provider() {
        return key.provider();
    }
}
