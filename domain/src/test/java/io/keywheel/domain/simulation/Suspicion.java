package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The groups of one provider that met limits of which nothing shows that they are their own: many at once are one
/// limit of this host.
final class Suspicion {

    /// What a limit made of what was known before.
    record Blame(Scope scope, @Nullable Fact before, Fact after) {}

    /// @param begun the attempt that met it first, which was at `at`
    private record Limited(QuotaGroup group, Instant begun, Instant at, List<Blame> blames) {}

    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final List<Limited> limited = new ArrayList<>();

    void limited(QuotaGroup group, Blame blame, Instant begun, Instant now) {
        limited.removeIf(one -> one.at().plus(AT_ONCE).isBefore(now));
        for (Limited one : limited) {
            if (one.group().equals(group)) {
                one.blames().add(blame);
                return;
            }
        }
        limited.add(new Limited(group, begun, now, new ArrayList<>(List.of(blame))));
    }

    /// What is older than an attempt that is answered is no sign that this host may not ask.
    void answered(Instant begun) {
        limited.removeIf(one -> !one.begun().isAfter(begun));
    }

    boolean isSure(long groups) {
        return limited.size() >= 3 && 2L * limited.size() >= groups;
    }

    /// Ends it, and gives back whom it has blamed, the last first in each group.
    List<Blame> clear() {
        var blames = new ArrayList<Blame>();
        limited.forEach(one -> blames.addAll(one.blames().reversed()));
        limited.clear();
        return blames;
    }
}
