package io.keywheel.domain.failover;

import io.keywheel.domain.routing.KeySlot;
import java.time.Instant;
import java.util.List;

/// Why a request found no key.
///
/// @param resting the keys out of turn
/// @param readyAt when the first of all keys may be asked: the moment of asking, where one is not resting
public record Shortage(List<RestingKey> resting, Instant readyAt) {

    /// @param until when it may be asked again
    public record RestingKey(KeySlot key, Failure.Kind reason, Instant until) {

        boolean isOutOfThePool() {
            return reason == Failure.Kind.KEY_REFUSED || reason == Failure.Kind.ACCOUNT_BLOCKED;
        }
    }

    public Shortage {
        resting = List.copyOf(resting);
    }

    /// Whether rate limits alone are to blame, keys that do not work at all aside.
    boolean isByRateLimit() {
        return resting.stream()
                .filter(key -> !key.isOutOfThePool())
                .allMatch(key -> key.reason() == Failure.Kind.RATE_LIMITED);
    }
}
