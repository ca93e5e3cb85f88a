package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Request;
import java.util.ArrayList;
import java.util.List;

/// A request on its way through the gateway.
///
/// @param returns how often its client has come back with it
/// @param tried the keys that have been asked in vain since it came, oldest first
public record Errand(Request request, int returns, List<Key> tried) {

    public Errand {
        tried = List.copyOf(tried);
    }

    public static Errand first(Request request) {
        return new Errand(request, 0, List.of());
    }

    /// The client has been refused and comes with it again.
    public Errand again() {
        return new Errand(request, returns + 1, List.of());
    }

    public Errand failedWith(Key key) {
        var more = new ArrayList<>(tried);
        more.add(key);
        return new Errand(request, returns, more);
    }
}
