package io.keywheel.simulator;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The planned faults for the chats of a provider or of one of its keys. See [Simulator#on]. Thread-safe.
///
/// Faults of a key precede faults of all keys; queued faults precede standing ones.
public final class FaultTarget {

    private record Chance(double probability, Fault fault) {}

    private final Random random;
    private final @Nullable FaultTarget models;
    private final Queue<Fault> queued = new ArrayDeque<>();
    private final List<Chance> standing = new ArrayList<>();

    private FaultTarget(Random random, @Nullable FaultTarget models) {
        this.random = random;
        this.models = models;
    }

    FaultTarget(Random random) {
        this(random, new FaultTarget(random, null));
    }

    public FaultTarget models() {
        return requireNonNull(models);
    }

    /// Queues one fault for each of the next requests, after the faults that are already queued.
    public synchronized FaultTarget next(Fault... faults) {
        queued.addAll(List.of(faults));
        return this;
    }

    /// Plans a fault for every request until [#clear].
    public FaultTarget always(Fault fault) {
        return sometimes(1, fault);
    }

    /// Plans a fault with a probability until [#clear]. Random numbers depend on the scenario's seed.
    ///
    /// @param probability 0 to 1
    public synchronized FaultTarget sometimes(double probability, Fault fault) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("not a probability: " + probability);
        }
        standing.add(new Chance(probability, fault));
        return this;
    }

    public synchronized void clear() {
        queued.clear();
        standing.clear();
    }

    synchronized Optional<Fault> take() {
        return Optional.ofNullable(queued.poll())
                .or(() -> standing.stream()
                        .filter(chance -> random.nextDouble() < chance.probability())
                        .map(Chance::fault)
                        .findFirst());
    }
}
