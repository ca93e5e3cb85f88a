package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Requests that wait, first come first: whenever something changes, those go that can, one after the other.
final class Line {

    private final TreeSet<Errand> waiting =
            new TreeSet<>(Comparator.comparingInt(errand -> errand.request().number()));
    private @Nullable Instant nextMoment;

    void join(Errand errand) {
        waiting.add(errand);
    }

    /// When to [#move] again, should nothing change before.
    Optional<Instant> nextMoment() {
        return Optional.ofNullable(nextMoment);
    }

    /// Lets the first go that can. There may be more: then the next moment is now.
    List<Turn> move(Function<Errand, Move> rule, Instant now) {
        // Those who have tried the same are told the same.
        var held = new HashSet<Set<Key>>();
        nextMoment = null;
        for (Iterator<Errand> errands = waiting.iterator(); errands.hasNext(); ) {
            Errand errand = errands.next();
            if (held.contains(Set.copyOf(errand.tried()))) {
                continue;
            }
            switch (rule.apply(errand)) {
                case Move.Decided decided -> {
                    errands.remove();
                    nextMoment = waiting.isEmpty() ? null : now;
                    return List.of(new Turn(errand, decided));
                }
                case Move.Wait(var until) -> {
                    held.add(Set.copyOf(errand.tried()));
                    nextMoment = nextMoment == null || until.isBefore(nextMoment) ? until : nextMoment;
                }
            }
        }
        return List.of();
    }
}
