package io.keywheel.simulator;

import io.keywheel.simulator.FaultBook.Target;
import java.util.List;

/// Which requests faults are meant for: the chats of a provider, or of one of its keys. See [Simulator#on].
///
/// A fault planned for a key goes before one planned for all keys, a queued one before a standing one.
public final class FaultTarget {

    private final FaultBook book;
    private final Target target;

    FaultTarget(FaultBook book, Target target) {
        this.book = book;
        this.target = target;
    }

    /// The same for requests that list the models.
    public FaultTarget models() {
        return new FaultTarget(book, new Target(target.provider(), target.key(), true));
    }

    /// One fault for each of the next requests; more are queued behind those still due.
    public FaultTarget next(Fault... faults) {
        book.next(target, List.of(faults));
        return this;
    }

    /// A fault for every request until [#clear].
    public FaultTarget always(Fault fault) {
        return sometimes(1, fault);
    }

    /// A fault by chance, drawn with the scenario's seed, until [#clear].
    ///
    /// @param probability 0 to 1
    public FaultTarget sometimes(double probability, Fault fault) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("not a probability: " + probability);
        }
        book.sometimes(target, probability, fault);
        return this;
    }

    /// Forgets what was planned here.
    public void clear() {
        book.clear(target);
    }
}
