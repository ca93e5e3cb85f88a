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

/// The lanes of models that clients name, a bounded number of them: the one not used for longest is forgotten.
///
/// Names that no provider has answered have few lanes of their own, and those that one has refused too: however
/// many there are, they push out only each other.
final class NamedModelPools {

    /// What the provider has shown of a model that is not its default one.
    enum Evidence {
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

        /// How many lanes of so many keys there may be.
        int mostLanesOf(int keys) {
            return Math.clamp(places / keys, fewest, most);
        }
    }

    private record LaneId(ProviderId provider, ModelId model) {

        static LaneId of(ModelPool modelPool) {
            return new LaneId(modelPool.profile().id(), modelPool.model());
        }
    }

    /// Those of each evidence, the one not used for longest first.
    private final Map<Evidence, SequencedMap<LaneId, ModelPool>> lanes = new EnumMap<>(Evidence.class);

    /// @param keys how many keys there are at all providers together
    NamedModelPools(int keys) {
        for (Evidence evidence : Evidence.values()) {
            lanes.put(evidence, lastUsed(evidence.mostLanesOf(keys)));
        }
    }

    private static SequencedMap<LaneId, ModelPool> lastUsed(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<LaneId, ModelPool> eldest) {
                return size() > most;
            }
        };
    }

    private SequencedMap<LaneId, ModelPool> of(Evidence evidence) {
        return Objects.requireNonNull(lanes.get(evidence));
    }

    /// Uses the lane of a model; null where there is none.
    @Nullable
    ModelPool use(ProviderId provider, ModelId model) {
        var id = new LaneId(provider, model);
        for (Map<LaneId, ModelPool> some : lanes.values()) {
            ModelPool found = some.get(id);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    void add(ModelPool modelPool, Evidence evidence) {
        of(evidence).put(LaneId.of(modelPool), modelPool);
    }

    /// The provider has the model of `lane`, one of these.
    void answered(ModelPool modelPool) {
        move(modelPool, Evidence.ANSWERED);
    }

    /// The provider says that it does not have the model of `lane`, one of these, for a key at least. Where it has
    /// answered before, the model exists.
    void refused(ModelPool modelPool) {
        if (!of(Evidence.ANSWERED).containsKey(LaneId.of(modelPool))) {
            move(modelPool, Evidence.REFUSED);
        }
    }

    private void move(ModelPool modelPool, Evidence to) {
        if (!of(to).containsKey(LaneId.of(modelPool))) {
            lanes.values().forEach(some -> some.remove(LaneId.of(modelPool)));
            add(modelPool, to);
        }
    }

    /// The one not used for longest first, of those of one evidence.
    void forEach(BiConsumer<ModelPool, Evidence> action) {
        lanes.forEach((evidence, some) -> some.values().forEach(modelPool -> action.accept(modelPool, evidence)));
    }

    /// Those of models that were answered first, then the others; among these the one last used comes first.
    List<ModelPool> of(ProviderId provider) {
        var found = new ArrayList<ModelPool>();
        for (SequencedMap<LaneId, ModelPool> some : lanes.values()) {
            some.reversed().forEach((id, modelPool) -> {
                if (id.provider().equals(provider)) {
                    found.add(modelPool);
                }
            });
        }
        return found;
    }
}
