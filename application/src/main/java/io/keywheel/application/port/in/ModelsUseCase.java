package io.keywheel.application.port.in;

import io.keywheel.domain.routing.ModelCatalog;

/// The models that requests can name. Safe for any number of threads.
public interface ModelsUseCase {

    /// The models known now. Never blocks.
    ModelCatalog catalog();

    /// Requests the model list of one provider after the other, and waits some seconds for each. A provider without
    /// a list keeps its known models. An interrupt ends the refresh, and the interrupt flag stays set.
    void refresh();
}
