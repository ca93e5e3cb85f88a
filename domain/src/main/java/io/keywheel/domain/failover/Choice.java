package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which key a request gets next.
public sealed interface Choice {

    /// A key.
    ///
    /// @param trials what this attempt is the trial of, having rested; empty for an everyday one
    record Chosen(Target target, Set<Scope> trials) implements Choice {
        public Chosen {
            trials = Set.copyOf(trials);
        }
    }

    /// No key is ready that the request has not tried.
    ///
    /// @param readyAt when the first untried one will be, as far as is known; null when none ever will
    /// @param trialEnds set while an untried key is out only because a trial of it is under way: when that
    ///     must be over
    record NoneReady(@Nullable Instant readyAt, @Nullable Instant trialEnds) implements Choice {}
}
