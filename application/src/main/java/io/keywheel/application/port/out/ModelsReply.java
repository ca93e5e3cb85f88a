package io.keywheel.application.port.out;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import java.util.List;

/// What a provider said when asked for its models.
public sealed interface ModelsReply {

    record Listed(List<ModelId> models) implements ModelsReply {
        public Listed {
            models = List.copyOf(models);
        }
    }

    record Failed(Failure failure) implements ModelsReply {}
}
