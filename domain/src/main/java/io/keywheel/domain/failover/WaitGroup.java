package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import java.util.Set;
import java.util.stream.Collectors;

/// What a request on its way can use: for requests that want the same, and need as much, the same keys are
/// ready.
///
/// @param tried what it is kept from by its own attempts
record WaitGroup(Route route, Set<Tried> tried) {

    /// @param key its fingerprint: its place may be another key's by now
    record Tried(ProviderId provider, String key, Failure.Kind failure, boolean trial) {}

    WaitGroup {
        tried = Set.copyOf(tried);
    }

    static WaitGroup of(RequestAttempts requestAttempts) {
        return new WaitGroup(
                requestAttempts.route(),
                requestAttempts.failed().stream().map(WaitGroup::tried).collect(Collectors.toSet()));
    }

    private static Tried tried(FailedAttempt attempt) {
        return new Tried(
                attempt.target().provider(),
                attempt.target().key().fingerprint(),
                attempt.failure().kind(),
                attempt.probe());
    }
}
