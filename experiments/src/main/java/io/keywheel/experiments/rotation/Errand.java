package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Request;
import java.util.ArrayList;
import java.util.List;

/// A request under way.
///
/// @param tried the keys asked in vain since the client sent it
record Errand(Request request, List<Key> tried) {

    Errand {
        tried = List.copyOf(tried);
    }

    static Errand of(Request request) {
        return new Errand(request, List.of());
    }

    Errand failedWith(Key key) {
        var more = new ArrayList<>(tried);
        more.add(key);
        return new Errand(request, more);
    }
}
