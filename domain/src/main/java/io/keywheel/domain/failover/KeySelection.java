package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which key a request gets next.
public sealed interface KeySelection {

    /// A key.
    ///
    /// @param probes what this attempt is the probe of, having rested; empty for an everyday one
    record Chosen(Target target, Set<Scope> probes) implements KeySelection {
        public Chosen {
            probes = Set.copyOf(probes);
        }
    }

    /// No key is ready that the request has not tried.
    ///
    /// @param readyAt when the first untried one will be, as far as is known; null when none ever will
    /// @param probeEnds set while calls are under way whose outcome may make an untried key ready, a probe
    ///     of it or as many as may be pending: when more must be known
    record NoneReady(@Nullable Instant readyAt, @Nullable Instant probeEnds) implements KeySelection {}
}
