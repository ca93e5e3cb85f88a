package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ProviderProfile;
import java.time.Instant;
import java.util.List;

/// Selects keys in rotation.
public interface KeySelector {

    /// The next key for the request at `now`. Choosing a key uses its turn.
    KeySelection choose(RequestAttempts requestAttempts, Instant now);

    /// Undoes an attempt that was chosen for the request and has not been made.
    void withdraw(Step.Attempt attempt, RequestAttempts requestAttempts, Instant now);

    /// The providers that the request may still use.
    List<ProviderProfile> providers(RequestAttempts requestAttempts);

    /// Why no key is ready at `now` that the request may still use. Targets that refused the request do not
    /// count.
    Unavailability unavailability(RequestAttempts requestAttempts, Instant now);
}
