package io.keywheel.domain.failover;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.util.Optional;

/// What a failure takes out of rotation: a key, a quota group, a model or a provider.
public sealed interface Scope {

    ProviderId provider();

    /// One key, for all models.
    record OfKey(KeySlot key) implements Scope {
        @Override
        public ProviderId provider() {
            return key.provider();
        }

        @Override
        public String toString() {
            return key.toString();
        }
    }

    /// All keys of a quota group, for all models.
    record OfGroup(QuotaGroup group) implements Scope {
        @Override
        public ProviderId provider() {
            return group.provider();
        }

        @Override
        public String toString() {
            return group.provider() + " group " + group.name();
        }
    }

    /// All keys of a quota group, for one model.
    record OfGroupModel(QuotaGroup group, ModelId model) implements Scope {
        @Override
        public ProviderId provider() {
            return group.provider();
        }

        @Override
        public String toString() {
            return group.provider() + " group " + group.name() + " for " + model;
        }
    }

    /// A provider's model, for all keys.
    record OfModel(ProviderId provider, ModelId model) implements Scope {
        @Override
        public String toString() {
            return provider + " for " + model;
        }
    }

    /// A provider as a whole.
    record OfProvider(ProviderId provider) implements Scope {
        @Override
        public String toString() {
            return provider.toString();
        }
    }

    default Kind kind() {
        return switch (this) {
            case OfKey _ -> Kind.KEY;
            case OfGroup _ -> Kind.GROUP;
            case OfGroupModel _ -> Kind.GROUP_MODEL;
            case OfModel _ -> Kind.MODEL;
            case OfProvider _ -> Kind.PROVIDER;
        };
    }

    /// The scope that cools down after `failure` of an attempt at `target`; empty for none.
    static Optional<Scope> of(Failure failure, Target target) {
        return FailurePolicy.of(failure).scope().at(target);
    }

    /// The kinds of scope, and [#NOTHING] for failures without a cooldown.
    enum Kind {
        KEY,
        GROUP,
        GROUP_MODEL,
        MODEL,
        PROVIDER,
        NOTHING;

        public Optional<Scope> at(Target target) {
            return switch (this) {
                case KEY -> Optional.of(new OfKey(target.key().slot()));
                case GROUP -> Optional.of(new OfGroup(target.key().group()));
                case GROUP_MODEL -> Optional.of(new OfGroupModel(target.key().group(), target.model()));
                case MODEL -> Optional.of(new OfModel(target.provider(), target.model()));
                case PROVIDER -> Optional.of(new OfProvider(target.provider()));
                case NOTHING -> Optional.empty();
            };
        }
    }
}
