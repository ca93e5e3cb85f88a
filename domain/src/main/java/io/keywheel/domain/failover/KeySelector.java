package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ProviderProfile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Selects keys in rotation.
public interface KeySelector {

    sealed interface Selection permits Step.Attempt, NoneReady {}

    /// No key is ready that the request has not tried.
    ///
    /// @param readyAt when the first untried key is ready, as far as is known; null for never
    /// @param probeEnds by when a call ends whose outcome may make an untried key ready: the first of several; null
    ///     without one. The call is a probe, or belongs to a group at its in-flight limit
    record NoneReady(@Nullable Instant readyAt, @Nullable Instant probeEnds) implements Selection {

        /// Combines the results of two sets of keys.
        public NoneReady or(NoneReady other) {
            return new NoneReady(
                    Instants.earlier(readyAt, other.readyAt), Instants.earlier(probeEnds, other.probeEnds));
        }
    }

    /// The next key for the request at `now`. Choosing a key uses its turn.
    Selection choose(RequestAttempts requestAttempts, Instant now);

    /// Undoes an attempt that was chosen for the request and has not been made.
    void withdraw(Step.Attempt attempt, RequestAttempts requestAttempts, Instant now);

    /// The providers that the request may still use.
    List<ProviderProfile> providers(RequestAttempts requestAttempts);

    /// Why no key is ready at `now` that the request may still use. Targets that refused the request do not
    /// count.
    Unavailability unavailability(RequestAttempts requestAttempts, Instant now);
}
