package io.keywheel.application.port.in;

import io.keywheel.domain.routing.ModelCatalog;

/// The models that requests can name. Safe for any number of threads.
public interface ModelsUseCase {

    /// The models known now. Never blocks.
    ModelCatalog catalog();

    /// Requests the model list of one provider after the other, and waits up to ten seconds for each key that it
    /// tries. A provider whose request fails keeps its models. Of a list, the first thousand count. An interrupt
    /// ends the refresh, and the interrupt flag stays set.
    void refresh();
}
