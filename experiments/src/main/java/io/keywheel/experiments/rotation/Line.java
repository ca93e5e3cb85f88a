package io.keywheel.experiments.rotation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Requests that wait, first come first.
final class Line {

    private final TreeSet<Errand> waiting =
            new TreeSet<>(Comparator.comparingInt(errand -> errand.request().number()));

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void join(Errand errand) {
        waiting.add(errand);
    }

    void leave(Errand errand) {
        waiting.remove(errand);
    }

    List<Errand> inOrder() {
        return new ArrayList<>(waiting);
    }
}
