package io.keywheel.application.port.in;

import io.keywheel.domain.routing.ModelCatalog;

/// The models that can be named. Safe for any number of threads.
public interface ModelsUseCase {

    /// The models that are known now. Never blocks.
    ModelCatalog catalog();

    /// Asks each provider for its models, one after the other, and waits some seconds for each. A provider that
    /// lists none keeps its known models. An interrupt ends the refresh, and stays set.
    void refresh();
}
