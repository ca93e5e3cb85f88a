package io.keywheel.domain.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which key a request gets next: an attempt with it, or none.
public sealed interface KeySelection permits Step.Attempt, KeySelection.NoneReady {

    /// No key is ready that the request has not tried.
    ///
    /// @param readyAt when the first untried one will be, as far as is known; null when none ever will
    /// @param probeEnds set while calls are under way whose outcome may make an untried key ready, a probe
    ///     of it or as many as may be pending: when more must be known
    record NoneReady(@Nullable Instant readyAt, @Nullable Instant probeEnds) implements KeySelection {

        /// For a request that these keys and those of `other` can answer.
        public NoneReady or(NoneReady other) {
            return new NoneReady(
                    Instants.earlier(readyAt, other.readyAt), Instants.earlier(probeEnds, other.probeEnds));
        }
    }
}
