package io.keywheel.application.port.out;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import java.util.List;

/// A provider's reply to a request for its models.
public sealed interface ModelsReply {

    /// @param models the models that the key may use, in any order; empty if the provider has no list
    record Listed(List<ModelId> models) implements ModelsReply {
        public Listed {
            models = List.copyOf(models);
        }
    }

    /// The provider returned no list. The kinds of failure mean the same as in [LlmReply.Failed].
    record Failed(Failure failure) implements ModelsReply {
        public Failed {
            requireNonNull(failure.message());
        }
    }
}
