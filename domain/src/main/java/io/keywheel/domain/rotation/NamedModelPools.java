package io.keywheel.domain.rotation;

import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The model pools of models that clients name, a bounded number of them: the one not used for longest is forgotten.
/// Those that the settings name are never forgotten.
///
/// Names that no provider has answered have few model pools of their own, and those that one has refused too: however
/// many there are, they push out only each other.
final class NamedModelPools {

    /// What is known of a model that is not the default one of its provider.
    enum Evidence {
        IN_SETTINGS(Integer.MAX_VALUE, Integer.MAX_VALUE, 0),
        ANSWERED(16, 1024, 100_000),
        NONE(4, 64, 6_250),
        REFUSED(4, 64, 6_250);

        private final int fewest;
        private final int most;
        private final int places;

        Evidence(int fewest, int most, int places) {
            this.fewest = fewest;
            this.most = most;
            this.places = places;
        }

        /// How many model pools of so many keys there may be.
        int mostPoolsOf(int keys) {
            return Math.clamp(places / keys, fewest, most);
        }
    }

    private record PoolId(ProviderId provider, ModelId model) {

        static PoolId of(ModelPool modelPool) {
            return new PoolId(modelPool.profile().id(), modelPool.model());
        }
    }

    /// Those of each evidence, the one not used for longest first.
    private final Map<Evidence, SequencedMap<PoolId, ModelPool>> pools = new EnumMap<>(Evidence.class);

    /// @param keys how many keys there are at all providers together
    NamedModelPools(int keys) {
        for (Evidence evidence : Evidence.values()) {
            pools.put(evidence, lastUsed(evidence.mostPoolsOf(keys)));
        }
    }

    private static SequencedMap<PoolId, ModelPool> lastUsed(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PoolId, ModelPool> eldest) {
                return size() > most;
            }
        };
    }

    private SequencedMap<PoolId, ModelPool> of(Evidence evidence) {
        return Objects.requireNonNull(pools.get(evidence));
    }

    /// Uses the model pool of a model; null where there is none.
    @Nullable
    ModelPool use(ProviderId provider, ModelId model) {
        var id = new PoolId(provider, model);
        for (Map<PoolId, ModelPool> some : pools.values()) {
            ModelPool found = some.get(id);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    void add(ModelPool modelPool, Evidence evidence) {
        of(evidence).put(PoolId.of(modelPool), modelPool);
    }

    /// The provider has the model of `modelPool`, one of these.
    void answered(ModelPool modelPool) {
        if (!of(Evidence.IN_SETTINGS).containsKey(PoolId.of(modelPool))) {
            move(modelPool, Evidence.ANSWERED);
        }
    }

    /// The provider says that it does not have the model of `modelPool`, one of these, for a key at least. Where it has
    /// answered before, the model exists.
    void refused(ModelPool modelPool) {
        if (of(Evidence.NONE).containsKey(PoolId.of(modelPool))) {
            move(modelPool, Evidence.REFUSED);
        }
    }

    private void move(ModelPool modelPool, Evidence to) {
        if (!of(to).containsKey(PoolId.of(modelPool))) {
            pools.values().forEach(some -> some.remove(PoolId.of(modelPool)));
            add(modelPool, to);
        }
    }

    /// The one not used for longest first, of those of one evidence.
    void forEach(BiConsumer<ModelPool, Evidence> action) {
        pools.forEach((evidence, some) -> some.values().forEach(modelPool -> action.accept(modelPool, evidence)));
    }

    /// Those of models that the settings name, that were answered, and others; among these the one last used comes
    /// first.
    List<ModelPool> of(ProviderId provider) {
        var found = new ArrayList<ModelPool>();
        for (SequencedMap<PoolId, ModelPool> some : pools.values()) {
            some.reversed().forEach((id, modelPool) -> {
                if (id.provider().equals(provider)) {
                    found.add(modelPool);
                }
            });
        }
        return found;
    }
}
