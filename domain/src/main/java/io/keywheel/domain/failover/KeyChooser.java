package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Route;
import java.time.Instant;

/// Knows the keys, and whose turn it is.
public interface KeyChooser {

    /// The next key for `journey` at `now`. A key that is chosen has had its turn.
    Choice choose(Journey journey, Instant now);

    /// What keeps the keys of `route` from being asked at `now`.
    Shortage shortage(Route route, Instant now);
}
