package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The blocked quota groups of one provider. Choosing checks a group again only after a report on it, at its
/// recheck time, or for a call that its block does not cover.
public final class BlockedGroups {

    private record Blocked(AdmissionBlock block, QuotaGroup group) {}

    private final NavigableSet<Blocked> soonest = sorted(Comparator.comparing(blocked -> blocked.block.recheck()));
    private final NavigableSet<Blocked> byLeast = sorted(Comparator.comparingLong(blocked -> blocked.block.least()));
    private final NavigableSet<Blocked> byMost = sorted(Comparator.comparingLong(blocked -> blocked.block.most()));
    private final List<NavigableSet<Blocked>> orders = List.of(soonest, byLeast, byMost);
    private final Map<QuotaGroup, Blocked> groups = new HashMap<>();

    private static NavigableSet<Blocked> sorted(Comparator<Blocked> order) {
        return new TreeSet<>(order.thenComparing(blocked -> blocked.group.name()));
    }

    public boolean has(QuotaGroup group) {
        return groups.containsKey(group);
    }

    public void put(QuotaGroup group, AdmissionBlock admissionBlock) {
        remove(group);
        Blocked blocked = new Blocked(admissionBlock, group);
        groups.put(group, blocked);
        orders.forEach(order -> order.add(blocked));
    }

    public void remove(QuotaGroup group) {
        Blocked blocked = groups.remove(group);
        if (blocked != null) {
            orders.forEach(order -> order.remove(blocked));
        }
    }

    /// Removes and returns the groups whose recheck time has come, and those whose blocks do not cover a call of
    /// `need`.
    public List<QuotaGroup> removeOpenFor(long need, Instant now) {
        var open = new ArrayList<QuotaGroup>();
        while (!soonest.isEmpty() && !now.isBefore(soonest.first().block.recheck())) {
            open.add(removed(soonest.first()));
        }
        while (!byLeast.isEmpty() && byLeast.last().block.least() > need) {
            open.add(removed(byLeast.last()));
        }
        while (!byMost.isEmpty() && byMost.first().block.most() < need) {
            open.add(removed(byMost.first()));
        }
        return open;
    }

    private QuotaGroup removed(Blocked blocked) {
        remove(blocked.group);
        return blocked.group;
    }

    /// When the first of the groups may take a call of `need`; null for none. No group opens before its recheck
    /// time, so groups with later ones are not checked.
    ///
    /// @param among selects the groups that count; null for all
    public @Nullable Instant until(
            long need, @Nullable Predicate<QuotaGroup> among, Function<QuotaGroup, @Nullable AdmissionBlock> blockOf) {
        Instant first = null;
        for (Blocked blocked : soonest) {
            AdmissionBlock block = blocked.block;
            if (first != null && !block.recheck().isBefore(first)) {
                break;
            }
            if (among == null || among.test(blocked.group)) {
                AdmissionBlock exact = block.least() == need ? block : blockOf.apply(blocked.group);
                first = Instants.earlier(first, exact == null ? block.until() : exact.until());
            }
        }
        return first;
    }
}
