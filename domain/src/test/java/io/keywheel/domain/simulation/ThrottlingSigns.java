package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The groups of one provider with rate limits that show no sign of the group's own limit. Many at the same time mean
/// that the provider throttles this host.
final class ThrottlingSigns {

    /// The fact about `scope` before and after a limit.
    record Change(Scope scope, @Nullable KnownFailure before, KnownFailure after) {}

    /// @param begun when the first limited attempt began; it was limited at `at`
    private record Limited(QuotaGroup group, Instant begun, Instant at, List<Change> changes) {}

    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final List<Limited> limited = new ArrayList<>();

    void limited(QuotaGroup group, Change change, Instant begun, Instant now) {
        limited.removeIf(one -> one.at().plus(AT_ONCE).isBefore(now));
        for (Limited one : limited) {
            if (one.group().equals(group)) {
                one.changes().add(change);
                return;
            }
        }
        limited.add(new Limited(group, begun, now, new ArrayList<>(List.of(change))));
    }

    /// Drops the signs of attempts that began before an answered one.
    void answered(Instant begun) {
        limited.removeIf(one -> !one.begun().isAfter(begun));
    }

    boolean suffice(long groups) {
        return limited.size() >= 3 && 2L * limited.size() >= groups;
    }

    /// Clears the signs; returns their changes, latest first in each group.
    List<Change> clear() {
        var changes = new ArrayList<Change>();
        limited.forEach(one -> changes.addAll(one.changes().reversed()));
        limited.clear();
        return changes;
    }
}
