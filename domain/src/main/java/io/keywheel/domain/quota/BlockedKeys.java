package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Keys that stand aside from their queue for a while, so that choosing looks at each of them once, and again
/// only when something is heard of its group, its time has come, or a call is to be made that its bar does not
/// speak of.
public final class BlockedKeys {

    private record Place(AdmissionBlock bar, PoolKey key, QuotaGroup group) {

        int ordinal() {
            return key.slot().ordinal();
        }
    }

    private final NavigableSet<Place> soonest = new TreeSet<>(
            Comparator.comparing((Place place) -> place.bar().until()).thenComparingInt(Place::ordinal));
    private final NavigableSet<Place> byLeast = new TreeSet<>(
            Comparator.comparingLong((Place place) -> place.bar().least()).thenComparingInt(Place::ordinal));
    private final NavigableSet<Place> byMost = new TreeSet<>(
            Comparator.comparingLong((Place place) -> place.bar().most()).thenComparingInt(Place::ordinal));
    private final Map<QuotaGroup, Set<Place>> groups = new HashMap<>();

    /// What [#until] found for a need, since keys came or went.
    private final Map<Long, Instant> untils = new HashMap<>();

    private static final int MOST_UNTILS = 100;

    public void add(PoolKey key, QuotaGroup group, AdmissionBlock admissionBlock) {
        Place place = new Place(admissionBlock, key, group);
        untils.clear();
        soonest.add(place);
        byLeast.add(place);
        byMost.add(place);
        groups.computeIfAbsent(group, _ -> new LinkedHashSet<>()).add(place);
    }

    /// Lets the keys of `group` go.
    public List<PoolKey> release(QuotaGroup group) {
        Set<Place> places = groups.remove(group);
        if (places == null) {
            return List.of();
        }
        places.forEach(this::leaves);
        return keys(places);
    }

    /// Lets go whose time has come.
    public List<PoolKey> release(Instant now) {
        if (soonest.isEmpty() || now.isBefore(soonest.first().bar().until())) {
            return List.of();
        }
        var released = new ArrayList<PoolKey>();
        while (!soonest.isEmpty() && !now.isBefore(soonest.first().bar().until())) {
            released.addAll(release(soonest.first().group()));
        }
        return released;
    }

    /// Lets go whose bars do not speak of a call of `need`.
    public List<PoolKey> releaseFor(long need) {
        List<Place> others = new ArrayList<>();
        while (!byLeast.isEmpty() && byLeast.last().bar().least() > need) {
            others.add(remove(byLeast.last()));
        }
        while (!byMost.isEmpty() && byMost.first().bar().most() < need) {
            others.add(remove(byMost.first()));
        }
        return keys(others);
    }

    /// When the first of them whose fingerprint is not among `tried` may take a call of `need`; null for none.
    /// Each waits at least as long as for the least call that its bar speaks of, so that those further back
    /// need not be looked at.
    ///
    /// @param barred what bars a key from such a call
    @Nullable
    public Instant until(long need, Set<String> tried, Function<PoolKey, @Nullable AdmissionBlock> barred) {
        Instant known = tried.isEmpty() ? untils.get(need) : null;
        if (known != null) {
            return known;
        }
        Instant first = null;
        for (Place place : soonest) {
            AdmissionBlock admissionBlock = place.bar();
            if (first != null && !admissionBlock.until().isBefore(first)) {
                break;
            }
            if (!tried.contains(place.key().fingerprint())) {
                AdmissionBlock exact = admissionBlock.least() == need ? admissionBlock : barred.apply(place.key());
                first = Instants.earlier(first, exact == null ? admissionBlock.until() : exact.until());
            }
        }
        if (first != null && tried.isEmpty()) {
            if (untils.size() >= MOST_UNTILS) {
                untils.clear();
            }
            untils.put(need, first);
        }
        return first;
    }

    private Place remove(Place place) {
        leaves(place);
        groups.computeIfPresent(place.group(), (_, places) -> {
            places.remove(place);
            return places.isEmpty() ? null : places;
        });
        return place;
    }

    private void leaves(Place place) {
        untils.clear();
        soonest.remove(place);
        byLeast.remove(place);
        byMost.remove(place);
    }

    private static List<PoolKey> keys(Collection<Place> places) {
        return places.stream().map(Place::key).toList();
    }
}
