package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Target;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/// Caches one instance for each key, bound to the default model, and creates a new one for every other request.
///
/// Holds at most one instance for each key: named models, which clients may choose freely, are not cached. Safe for
/// any number of threads.
///
/// @param <T> the instance for a key and a model; immutable, because requests share it
final class InstanceCache<T> {

    private final Function<Target, T> factory;
    private final ConcurrentMap<KeySlot, Cached<T>> cached = new ConcurrentHashMap<>();

    private record Cached<T>(ModelId model, T instance) {}

    /// @param factory creates an instance for a key and a model; opens no connection
    InstanceCache(Function<Target, T> factory) {
        this.factory = factory;
    }

    /// The instance for `target`: cached on Path A, new on Path B.
    T of(Target target) {
        if (!target.defaultModel()) {
            return factory.apply(target);
        }
        return cached.compute(
                        target.key().slot(),
                        (_, old) -> old != null && old.model().equals(target.model())
                                ? old
                                : new Cached<>(target.model(), factory.apply(target)))
                .instance();
    }
}
