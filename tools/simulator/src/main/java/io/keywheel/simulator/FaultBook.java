package io.keywheel.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;

/// The planned faults. Thread-safe.
final class FaultBook {

    static final String ANY_KEY = "";

    record Target(Provider provider, String key, boolean models) {}

    private record Chance(double probability, Fault fault) {}

    private final Map<Target, Queue<Fault>> queued = new HashMap<>();
    private final Map<Target, List<Chance>> standing = new HashMap<>();
    private final SplittableRandom random;

    FaultBook(long seed) {
        random = new SplittableRandom(seed);
    }

    synchronized void next(Target target, List<Fault> faults) {
        queued.computeIfAbsent(target, _ -> new ArrayDeque<>()).addAll(faults);
    }

    synchronized void sometimes(Target target, double probability, Fault fault) {
        standing.computeIfAbsent(target, _ -> new ArrayList<>()).add(new Chance(probability, fault));
    }

    synchronized void clear(Target target) {
        queued.remove(target);
        standing.remove(target);
    }

    synchronized void clear() {
        queued.clear();
        standing.clear();
    }

    /// Faults of the key precede those of all keys.
    synchronized Optional<Fault> take(Target target) {
        return due(target).or(() -> due(new Target(target.provider(), ANY_KEY, target.models())));
    }

    private Optional<Fault> due(Target target) {
        return Optional.ofNullable(queued.get(target))
                .map(Queue::poll)
                .or(() -> standing.getOrDefault(target, List.of()).stream()
                        .filter(chance -> random.nextDouble() < chance.probability())
                        .map(Chance::fault)
                        .findFirst());
    }
}
