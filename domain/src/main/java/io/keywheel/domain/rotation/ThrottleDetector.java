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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The quota groups of one provider that were limited within a moment without a sign that the limit is their
/// own. Where they are many, it is the provider that limits this host.
final class ThrottleDetector {

    /// A cooldown that a limit gave to a group for the model pool's model.
    record Given(
            ModelPool modelPool,
            Scope scope,
            @Nullable Cooldown before,
            @Nullable Cooldown after) {}

    /// @param begun when the attempt that was limited had begun
    private record Limited(Instant begun, Instant at, List<Given> cooldowns) {}

    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final int LEAST_GROUPS = 3;

    /// From when they were first limited on, the earliest first.
    private final SequencedMap<QuotaGroup, Limited> groups = new LinkedHashMap<>();

    private Instant lastAnswered = Instant.MIN;

    void limited(QuotaGroup group, Given cooldown, Instant startedAt, Instant now) {
        forgetWhile(earliest -> earliest.at().isBefore(now.minus(WINDOW)));
        groups.computeIfAbsent(group, _ -> new Limited(startedAt, now, new ArrayList<>()))
                .cooldowns()
                .add(cooldown);
    }

    /// When the latest-begun attempt that the provider answered had begun.
    Instant lastAnswered() {
        return lastAnswered;
    }

    /// An attempt begun at `startedAt` has been answered: what is older than that is no sign that the host may not
    /// ask.
    void answered(Instant startedAt) {
        lastAnswered = Instants.later(lastAnswered, startedAt);
        forgetWhile(earliest -> !earliest.begun().isAfter(startedAt));
    }

    void forgetLimits() {
        groups.clear();
    }

    private void forgetWhile(Predicate<Limited> over) {
        while (!groups.isEmpty() && over.test(groups.firstEntry().getValue())) {
            groups.pollFirstEntry();
        }
    }

    /// @param all how many groups the provider has
    boolean isHostThrottled(int all) {
        return groups.size() >= LEAST_GROUPS && 2 * groups.size() >= all;
    }

    /// Takes back the cooldowns it gave, the last one first, and is over. Returns of how many groups.
    int revoke(Instant now) {
        int taken = groups.size();
        var modelPools = new HashSet<ModelPool>();
        for (Limited limited : groups.values()) {
            for (Given given : limited.cooldowns().reversed()) {
                given.modelPool().health().takeBack(given.scope(), given.after(), given.before());
                modelPools.add(given.modelPool());
            }
        }
        groups.clear();
        modelPools.forEach(modelPool -> modelPool.unparkRevoked(now));
        return taken;
    }
}
