package io.keywheel.domain.health;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The keys with as many calls pending as may be, so that choosing looks at each of them once, and again only when
/// something is heard of its group or its time has come.
final class Crowded {

    private record Place(Instant until, PoolKey key, QuotaGroup group) {}

    private final NavigableSet<Place> soonest = new TreeSet<>(Comparator.comparing(Place::until)
            .thenComparingInt(place -> place.key().slot().ordinal()));
    private final Map<QuotaGroup, List<Place>> groups = new HashMap<>();

    /// @param until when another call may be pending with it, if nothing is heard before
    void add(PoolKey key, QuotaGroup group, Instant until) {
        Place place = new Place(until, key, group);
        soonest.add(place);
        groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(place);
    }

    /// Lets the keys of `group` go.
    List<PoolKey> release(QuotaGroup group) {
        List<Place> places = groups.remove(group);
        if (places == null) {
            return List.of();
        }
        places.forEach(soonest::remove);
        return places.stream().map(Place::key).toList();
    }

    /// Lets go whose time has come.
    List<PoolKey> release(Instant now) {
        if (soonest.isEmpty() || now.isBefore(soonest.first().until())) {
            return List.of();
        }
        var released = new ArrayList<PoolKey>();
        while (!soonest.isEmpty() && !now.isBefore(soonest.first().until())) {
            released.addAll(release(soonest.first().group()));
        }
        return released;
    }

    /// When something will be known of the first of them that is not among `tried`.
    @Nullable
    Instant until(Set<KeySlot> tried) {
        for (Place place : soonest) {
            if (!tried.contains(place.key().slot())) {
                return place.until();
            }
        }
        return null;
    }
}
