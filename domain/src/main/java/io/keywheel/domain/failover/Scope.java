package io.keywheel.domain.failover;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.util.Optional;

/// What a failure is evidence about. Only that is taken out of turn.
public sealed interface Scope {

    /// The provider that it is, or is of.
    ProviderId provider();

    /// One key, whatever the model.
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

    /// All keys of a quota group, whatever the model.
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

    /// A provider's model, whatever the key.
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

    /// What `failure` says something about, having happened at `target`; empty where it speaks of the request
    /// or of this one attempt alone.
    static Optional<Scope> of(Failure failure, Target target) {
        return switch (failure) {
            case Failure.RateLimited _, Failure.ModelUnavailable _ ->
                Optional.of(new OfGroupModel(target.key().group(), target.model()));
            case Failure.Overloaded _ -> Optional.of(new OfModel(target.provider(), target.model()));
            case Failure.KeyRefused _ -> Optional.of(new OfKey(target.key().slot()));
            case Failure.AccountBlocked _ ->
                Optional.of(new OfGroup(target.key().group()));
            case Failure.Unavailable _, Failure.TimedOut _ -> Optional.of(new OfProvider(target.provider()));
            case Failure.EmptyReply _,
                    Failure.Unattributed _,
                    Failure.TooLarge _,
                    Failure.Unsupported _,
                    Failure.Rejected _,
                    Failure.Interrupted _,
                    Failure.Cancelled _,
                    Failure.OutOfTime _ -> Optional.empty();
        };
    }
}
