package io.keywheel.application.port.out;

import io.keywheel.domain.health.Change;

/// Is told what the application learns of keys and providers.
@FunctionalInterface
public interface ChatEvents {

    /// Something goes out of turn, or works again. Called on the threads of requests: it must not block.
    void changed(Change change);
}
