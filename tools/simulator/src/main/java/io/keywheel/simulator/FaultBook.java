package io.keywheel.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// Which faults are due. Safe for use by several threads.
final class FaultBook {

    static final String ANY_KEY = "";

    /// Which requests a plan is for.
    record Target(Provider provider, String key, boolean models) {}

    private record Chance(double probability, Fault fault) {}

    private record Plan(ArrayDeque<Fault> next, List<Chance> standing) {
        Plan() {
            this(new ArrayDeque<>(), new ArrayList<>());
        }
    }

    private final Map<Target, Plan> plans = new HashMap<>();
    private final SplittableRandom random;

    FaultBook(long seed) {
        random = new SplittableRandom(seed);
    }

    synchronized void next(Target target, List<Fault> faults) {
        plan(target).next().addAll(faults);
    }

    synchronized void sometimes(Target target, double probability, Fault fault) {
        plan(target).standing().add(new Chance(probability, fault));
    }

    synchronized void clear(Target target) {
        plans.remove(target);
    }

    synchronized void clear() {
        plans.clear();
    }

    /// What is planned for the key goes before what is planned for all.
    synchronized Optional<Fault> take(Target target) {
        return due(target).or(() -> due(new Target(target.provider(), ANY_KEY, target.models())));
    }

    private Optional<Fault> due(Target target) {
        var plan = plans.get(target);
        if (plan == null) {
            return Optional.empty();
        }
        var next = plan.next().poll();
        if (next != null) {
            return Optional.of(next);
        }
        return plan.standing().stream()
                .filter(chance -> random.nextDouble() < chance.probability())
                .map(Chance::fault)
                .findFirst();
    }

    private Plan plan(Target target) {
        return plans.computeIfAbsent(target, _ -> new Plan());
    }
}
