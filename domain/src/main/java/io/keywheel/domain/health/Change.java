package io.keywheel.domain.health;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Scope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a report changed in the standing of the pool.
public sealed interface Change {

    /// Something that was in turn is out of turn now.
    ///
    /// @param because the failure that did it; null where an answer said that too little is left
    record Rested(Scope scope, Instant until, @Nullable FailedAttempt because) implements Change {}

    /// Something that had been out of turn works again.
    record Recovered(Scope scope) implements Change {}
}
