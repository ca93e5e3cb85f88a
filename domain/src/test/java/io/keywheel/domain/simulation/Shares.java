package io.keywheel.domain.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Counts turns while nothing changes: then nobody may be two turns ahead of another.
final class Shares<T> {

    private final Map<T, Integer> turns = new HashMap<>();
    private Set<T> members = Set.of();
    private int changes = -1;

    /// Counts a turn of `member`, and tells whether the turns are still shared fairly.
    ///
    /// @param ready who could have had it
    /// @param changesSoFar how often anything has changed that may have brought members out of or into turn
    boolean take(T member, Set<T> ready, int changesSoFar) {
        if (changes != changesSoFar || !members.equals(ready)) {
            changes = changesSoFar;
            members = Set.copyOf(ready);
            turns.clear();
            members.forEach(one -> turns.put(one, 0));
        }
        int had = turns.merge(member, 1, Integer::sum);
        return turns.values().stream().allMatch(other -> other >= had - 1);
    }

    void restart() {
        changes = -1;
    }
}
