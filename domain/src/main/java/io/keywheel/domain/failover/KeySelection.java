package io.keywheel.domain.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which key a request gets next: an attempt with it, or none.
public sealed interface KeySelection permits Step.Attempt, KeySelection.NoneReady {

    /// No key is ready that the request has not tried.
    ///
    /// @param readyAt when the first untried key is ready, as far as is known; null for never
    /// @param probeEnds when a call ends at the latest whose outcome may make an untried key ready; null without
    ///     one. Such a call is a probe, or one of as many calls in flight as a group may have
    record NoneReady(@Nullable Instant readyAt, @Nullable Instant probeEnds) implements KeySelection {

        /// The same for the keys of both.
        public NoneReady or(NoneReady other) {
            return new NoneReady(
                    Instants.earlier(readyAt, other.readyAt), Instants.earlier(probeEnds, other.probeEnds));
        }
    }
}
