package io.keywheel.application.port.in;

import io.keywheel.domain.routing.ModelCatalog;

/// Knows which models can be named. Safe for any number of threads.
public interface ModelsUseCase {

    /// What is known now. Never blocks.
    ModelCatalog catalog();

    /// Asks every provider for its models, one after the other, with some seconds for each; blocks until all have
    /// answered. A provider without a list keeps what was known of it. An interrupt ends it, and stays set.
    void refresh();
}
