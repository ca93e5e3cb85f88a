package io.keywheel.domain.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The next attempt of a request, with its key, or none.
public sealed interface KeySelection permits Step.Attempt, KeySelection.NoneReady {

    /// No key is ready that the request has not tried.
    ///
    /// @param readyAt when the first untried key is ready, as far as is known; null for never
    /// @param probeEnds by when a call ends whose outcome may make an untried key ready: the first of several; null
    ///     without one. The call is a probe, or belongs to a group at its in-flight limit
    record NoneReady(@Nullable Instant readyAt, @Nullable Instant probeEnds) implements KeySelection {

        /// Combines the results of two sets of keys.
        public NoneReady or(NoneReady other) {
            return new NoneReady(
                    Instants.earlier(readyAt, other.readyAt), Instants.earlier(probeEnds, other.probeEnds));
        }
    }
}
