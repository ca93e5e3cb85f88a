package io.keywheel.application.port.out;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import java.util.List;

/// What a provider said when asked for its models.
public sealed interface ModelsReply {

    /// @param models those that the key may use, in any order; empty where the provider has no list
    record Listed(List<ModelId> models) implements ModelsReply {
        public Listed {
            models = List.copyOf(models);
        }
    }

    /// No list; what it says of the key is evidence as in [LlmReply.Failed].
    record Failed(Failure failure) implements ModelsReply {
        public Failed {
            requireNonNull(failure.message());
        }
    }
}
