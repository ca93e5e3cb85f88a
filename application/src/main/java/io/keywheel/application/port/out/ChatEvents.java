package io.keywheel.application.port.out;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Scope;
import java.time.Instant;

/// Is told what the application learns of keys and providers. Called on the threads of requests: it must not block.
public interface ChatEvents {

    /// Something is taken out of turn.
    void rested(Scope scope, Instant until, FailedAttempt because);

    /// Something that had been out of turn has answered again.
    void recovered(Scope scope);
}
