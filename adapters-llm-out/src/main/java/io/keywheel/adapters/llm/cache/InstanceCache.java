package io.keywheel.adapters.llm.cache;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Target;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Keeps one instance for each key, bound to the default model, and makes a new one for every other request.
///
/// Never holds more instances than there are keys: a named model, which a client may choose freely, leaves nothing
/// behind. Safe for any number of threads.
///
/// @param <T> what is bound to a key and a model; immutable, since requests share it
public final class InstanceCache<T> {

    private final Function<Target, T> maker;
    private final ConcurrentMap<KeySlot, Kept<T>> kept = new ConcurrentHashMap<>();

    private record Kept<T>(ModelId model, T instance) {}

    /// @param maker binds a key and a model; it opens no connection
    public InstanceCache(Function<Target, T> maker) {
        this.maker = maker;
    }

    /// The instance for `target`: the kept one on Path A, a new one on Path B.
    public T of(Target target) {
        if (!target.defaultModel()) {
            return maker.apply(target);
        }
        Kept<T> found = kept.get(target.key().slot());
        if (found != null && found.model().equals(target.model())) {
            return found.instance();
        }
        return kept.compute(target.key().slot(), (slot, old) -> keepOrMake(old, target))
                .instance();
    }

    private Kept<T> keepOrMake(@Nullable Kept<T> old, Target target) {
        return old != null && old.model().equals(target.model())
                ? old
                : new Kept<>(target.model(), maker.apply(target));
    }
}
