package io.keywheel.simulator;

import io.keywheel.simulator.FaultBook.Target;
import java.util.List;

/// Plans faults for the chats of a provider or of one of its keys. See [Simulator#on].
///
/// Faults of a key precede faults of all keys; queued faults precede standing ones.
public final class FaultTarget {

    private final FaultBook book;
    private final Target target;

    FaultTarget(FaultBook book, Target target) {
        this.book = book;
        this.target = target;
    }

    /// A target for requests of the list of models.
    public FaultTarget models() {
        return new FaultTarget(book, new Target(target.provider(), target.key(), true));
    }

    /// Queues one fault for each of the next requests, after the faults that are already queued.
    public FaultTarget next(Fault... faults) {
        book.next(target, List.of(faults));
        return this;
    }

    /// Plans a fault for every request until [#clear].
    public FaultTarget always(Fault fault) {
        return sometimes(1, fault);
    }

    /// Plans a fault with a probability until [#clear]. Random numbers depend on the scenario's seed.
    ///
    /// @param probability 0 to 1
    public FaultTarget sometimes(double probability, Fault fault) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("not a probability: " + probability);
        }
        book.sometimes(target, probability, fault);
        return this;
    }

    /// Removes the planned faults of this target.
    public void clear() {
        book.clear(target);
    }
}
