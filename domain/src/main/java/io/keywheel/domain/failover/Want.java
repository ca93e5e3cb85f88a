package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import java.util.Set;
import java.util.stream.Collectors;

/// What a request on its way can use: for requests that want the same, and need as much, the same keys are
/// ready.
///
/// @param tried what it is kept from by its own attempts
record Want(Route route, Set<Tried> tried) {

    /// @param key its fingerprint: its place may be another key's by now
    record Tried(ProviderId provider, String key, Failure.Kind failure, boolean trial) {}

    Want {
        tried = Set.copyOf(tried);
    }

    static Want of(Journey journey) {
        return new Want(
                journey.route(), journey.failed().stream().map(Want::tried).collect(Collectors.toSet()));
    }

    private static Tried tried(FailedAttempt attempt) {
        return new Tried(
                attempt.target().provider(),
                attempt.target().key().fingerprint(),
                attempt.failure().kind(),
                attempt.trial());
    }
}
