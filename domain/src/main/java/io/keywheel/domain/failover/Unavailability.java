package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Why a request found no key.
///
/// @param cooling the cooling keys for each model of the route; of many, the first ones and those that the
///     request has tried
/// @param more how many other keys cool down
/// @param readyAt when the first key may be used: now, if one is not cooling; [Instant#MAX] without keys, because
///     the provider was removed
public record Unavailability(List<CoolingKey> cooling, int more, Set<Failure.Kind> reasons, Instant readyAt) {

    private static final Set<Failure.Kind> UNUSABLE_KEY =
            Set.of(Failure.Kind.KEY_REFUSED, Failure.Kind.ACCOUNT_BLOCKED);

    /// A key that cools down for a model.
    ///
    /// @param foreseen whether no failure has occurred yet, but too little quota is left for the request
    /// @param until when the key may be used again
    public record CoolingKey(PoolKey key, ModelId model, Failure.Kind reason, boolean foreseen, Instant until) {}

    public Unavailability {
        cooling = List.copyOf(cooling);
        reasons = Set.copyOf(reasons);
    }

    Unavailability at(UnaryOperator<Instant> clock) {
        List<CoolingKey> converted = cooling.stream()
                .map(each -> new CoolingKey(
                        each.key(), each.model(), each.reason(), each.foreseen(), clock.apply(each.until())))
                .toList();
        return new Unavailability(converted, more, reasons, clock.apply(readyAt));
    }

    /// Whether a missing model is the only reason, apart from keys that do not work at all.
    boolean isModelMissingEverywhere() {
        return usableKeyReasons().findAny().isPresent()
                && usableKeyReasons().allMatch(Failure.Kind.MODEL_UNAVAILABLE::equals);
    }

    /// Whether only keys that do not work at all cool down.
    boolean isFinal() {
        return UNUSABLE_KEY.containsAll(reasons);
    }

    /// The reasons of cooldowns of working keys.
    Stream<Failure.Kind> usableKeyReasons() {
        return reasons.stream().filter(Unavailability::leavesKeyUsable);
    }

    /// Whether a key still works after a failure of this kind.
    static boolean leavesKeyUsable(Failure.Kind kind) {
        return !UNUSABLE_KEY.contains(kind);
    }
}
