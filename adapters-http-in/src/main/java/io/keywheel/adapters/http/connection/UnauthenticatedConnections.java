package io.keywheel.adapters.http.connection;

import io.keywheel.adapters.http.connection.ConnectionSlots.Place;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The connections that have shown no token, those silent longest first. Not safe for several threads.
final class UnauthenticatedConnections {

    private final int share;
    private final SequencedSet<Place> all = new LinkedHashSet<>();
    private final Map<Object, SequencedSet<Place>> byPeer = new HashMap<>();

    /// The peers with more than their share.
    private final SequencedSet<Object> crowds = new LinkedHashSet<>();

    /// @param share how many may stay, of all and of each peer, when others need a place
    UnauthenticatedConnections(int share) {
        this.share = share;
    }

    void add(Place place) {
        all.add(place);
        Object peer = place.peer();
        if (peer != null) {
            var same = byPeer.computeIfAbsent(peer, _ -> new LinkedHashSet<>());
            same.add(place);
            if (same.size() > share) {
                crowds.add(peer);
            }
        }
    }

    void remove(Place place) {
        all.remove(place);
        Object peer = place.peer();
        var same = peer == null ? null : byPeer.get(peer);
        if (peer == null || same == null) {
            return;
        }
        same.remove(place);
        if (same.size() <= share) {
            crowds.remove(peer);
        }
        if (same.isEmpty()) {
            byPeer.remove(peer);
        }
    }

    /// @param orSpare whether it may be one with a spare place
    @Nullable
    Place oldest(boolean orSpare) {
        return first(all, orSpare);
    }

    /// The oldest of a peer with more than its share, else the oldest of all; null while they are within their
    /// share.
    ///
    /// @param orSpare whether it may be one with a spare place
    @Nullable
    Place oldestPastShare(boolean orSpare) {
        if (all.size() <= share) {
            return null;
        }
        var crowd = crowds.isEmpty() ? null : byPeer.get(crowds.getFirst());
        return first(crowd == null ? all : crowd, orSpare);
    }

    /// Few are spare, so that it does not look far.
    static @Nullable Place first(SequencedSet<Place> places, boolean orSpare) {
        for (Place place : places) {
            if (orSpare || !place.isSpare()) {
                return place;
            }
        }
        return null;
    }
}
