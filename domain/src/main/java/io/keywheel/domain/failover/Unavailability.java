package io.keywheel.domain.failover;

import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Why a request found no key.
///
/// @param cooling the keys out of turn
/// @param readyAt when the first of all keys may be asked: the moment of asking, where one is not cooling;
///     [Instant#MAX] where there is none, the provider having left
public record Unavailability(List<CoolingKey> cooling, Instant readyAt) {

    /// @param foreseen whether that failure has not happened: too little is left for the request
    /// @param until when it may be asked again
    public record CoolingKey(PoolKey key, Failure.Kind reason, boolean foreseen, Instant until) {

        boolean isOutOfThePool() {
            return reason == Failure.Kind.KEY_REFUSED || reason == Failure.Kind.ACCOUNT_BLOCKED;
        }
    }

    public Unavailability {
        cooling = List.copyOf(cooling);
    }

    /// Whether rate limits alone are to blame, keys that do not work at all aside.
    boolean isByRateLimit() {
        return !readyAt.equals(Instant.MAX) && isOnlyBy(Failure.Kind.RATE_LIMITED);
    }

    /// Whether a model that is not there is alone to blame, keys that do not work at all aside.
    boolean isByMissingModel() {
        return isOnlyBy(Failure.Kind.MODEL_UNAVAILABLE)
                && cooling.stream().anyMatch(key -> key.reason() == Failure.Kind.MODEL_UNAVAILABLE);
    }

    /// Whose cooling keys will be asked again soon.
    Stream<ProviderId> providersToComeBack() {
        return inThePool().map(key -> key.key().provider());
    }

    private boolean isOnlyBy(Failure.Kind reason) {
        return inThePool().allMatch(key -> key.reason() == reason);
    }

    private Stream<CoolingKey> inThePool() {
        return cooling.stream().filter(key -> !key.isOutOfThePool());
    }
}
