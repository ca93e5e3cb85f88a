package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Detects that a provider throttles this host: within a second, many of its quota groups are rate limited
/// without a sign of their own limits.
final class ThrottleDetector {

    /// The change of a cooldown in `modelPool` by a rate limit that may be throttling of this host.
    record CooldownChange(
            ModelPool modelPool, Scope scope, @Nullable Cooldown before, Cooldown after) {}

    /// @param startedAt the start of the latest rate-limited attempt
    private record Limited(Instant startedAt, Instant at, List<CooldownChange> changes) {}

    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final int LEAST_GROUPS = 3;

    /// In the order of their first limits.
    private final SequencedMap<QuotaGroup, Limited> groups = new LinkedHashMap<>();

    private Instant lastAnswered = Instant.MIN;

    void limited(QuotaGroup group, CooldownChange change, Instant startedAt, Instant now) {
        Instant oldest = now.minus(WINDOW);
        while (!groups.isEmpty() && groups.firstEntry().getValue().at().isBefore(oldest)) {
            groups.pollFirstEntry();
        }
        Limited known = groups.getOrDefault(group, new Limited(startedAt, now, new ArrayList<>()));
        known.changes().add(change);
        groups.put(group, new Limited(Instants.later(known.startedAt(), startedAt), known.at(), known.changes()));
    }

    /// The latest start of an attempt that the provider answered.
    Instant lastAnswered() {
        return lastAnswered;
    }

    /// An attempt begun at `startedAt` was answered, so this host was not throttled then: limits of older
    /// attempts do not count.
    void answered(Instant startedAt) {
        lastAnswered = Instants.later(lastAnswered, startedAt);
        groups.values().removeIf(limited -> !limited.startedAt().isAfter(startedAt));
    }

    void forgetLimits() {
        groups.clear();
    }

    /// @param all how many groups the provider has
    boolean isHostThrottled(int all) {
        return groups.size() >= LEAST_GROUPS && 2 * groups.size() >= all;
    }

    /// Reverts the cooldowns of the limited groups, the last one first, and forgets these groups. Returns how many
    /// there were.
    int revert(Instant now) {
        int reverted = groups.size();
        var modelPools = new HashSet<ModelPool>();
        for (Limited limited : groups.values()) {
            for (CooldownChange change : limited.changes().reversed()) {
                change.modelPool().health().revert(change.scope(), change.after(), change.before());
                modelPools.add(change.modelPool());
            }
        }
        groups.clear();
        modelPools.forEach(modelPool -> modelPool.unparkReverted(now));
        return reverted;
    }
}
