package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Facts that wait to be sent. Bounded: what lasts goes before calls, and of each the oldest are dropped. What lasts
/// and holds is sent again where the store no longer has it, or never got it.
final class Outbox {

    static final int MOST_CALLS = 4096;
    static final int MOST_LASTING = 2048;

    /// Facts are sent together that come within so long.
    private static final long GATHERED_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ArrayDeque<Fact> lasting = new ArrayDeque<>();
    private final ArrayDeque<Fact> calls = new ArrayDeque<>();
    private final Memory memory = new Memory();

    /// All that is remembered goes first.
    private boolean mustRepeat;

    /// A claim waits for its fact to be sent.
    private boolean isUrgent;

    private boolean isOpen;

    /// How often a client has used something.
    private long used;

    /// Facts were taken and are being sent.
    private boolean isSending;

    synchronized void add(Collection<Fact> facts, boolean urgent) {
        for (Fact fact : facts) {
            if (Stream.of(fact).kind() == Stream.Kind.FACTS) {
                memory.add(fact);
                mustRepeat |= keep(lasting, fact, MOST_LASTING);
            } else {
                keep(calls, fact instanceof Fact.ClientUsed some ? some.numbered(++used) : fact, MOST_CALLS);
            }
        }
        isUrgent |= urgent;
        notifyAll();
    }

    /// Whether one was dropped for it.
    private static boolean keep(ArrayDeque<Fact> facts, Fact fact, int most) {
        boolean isFull = facts.size() >= most;
        if (isFull) {
            facts.removeFirst();
        }
        facts.addLast(fact);
        return isFull;
    }

    /// Others published these. They may be many, and requests that publish go in between.
    void learned(List<Fact> facts) {
        for (Fact fact : facts) {
            synchronized (this) {
                memory.add(fact);
            }
        }
    }

    /// It need not be sent any more.
    synchronized void remove(Fact.Called call) {
        calls.remove(call);
    }

    /// Whether facts can be sent from now on. Until then they gather.
    synchronized void open(boolean open) {
        isOpen = open;
        notifyAll();
    }

    /// All that was published or learned and still holds will be sent again.
    synchronized void repeat() {
        mustRepeat = true;
        notifyAll();
    }

    /// Facts that were taken and could not be sent go back to the front.
    synchronized void putBack(List<Fact> facts) {
        for (Fact fact : facts.reversed()) {
            boolean lasts = Stream.of(fact).kind() == Stream.Kind.FACTS;
            var queue = lasts ? lasting : calls;
            if (queue.size() < (lasts ? MOST_LASTING : MOST_CALLS)) {
                queue.addFirst(fact);
            } else {
                mustRepeat |= lasts;
            }
        }
    }

    /// Waits until there is something to send and it can be sent. Calls that no other gateway still reads are dropped.
    synchronized List<Fact> take(int most, InstantSource clock) throws InterruptedException {
        while (!isOpen || isEmpty()) {
            wait();
        }
        long end = System.nanoTime() + GATHERED_NANOS;
        while (!isUrgent && lasting.size() + calls.size() < most && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        Instant now = clock.instant();
        if (mustRepeat) {
            mustRepeat = false;
            var all = new LinkedHashSet<>(memory.holding(now));
            all.addAll(lasting);
            lasting.clear();
            lasting.addAll(all);
        }
        var taken = new ArrayList<Fact>();
        Instant since = now.minus(Stream.Kind.CALLS.kept);
        while (taken.size() < most && !lasting.isEmpty()) {
            taken.add(lasting.removeFirst());
        }
        while (taken.size() < most && !calls.isEmpty()) {
            Fact fact = calls.removeFirst();
            if (!begun(fact).isBefore(since)) {
                taken.add(fact);
            }
        }
        isUrgent &= !calls.isEmpty();
        isSending = true;
        return taken;
    }

    /// What was taken has been sent, or put back.
    synchronized void sent() {
        isSending = false;
        notifyAll();
    }

    /// Waits until all is sent.
    synchronized void awaitSent(Duration atMost) throws InterruptedException {
        isUrgent = true;
        notifyAll();
        long end = System.nanoTime() + atMost.toNanos();
        while (isOpen && (isSending || !isEmpty()) && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
    }

    private boolean isEmpty() {
        return !mustRepeat && lasting.isEmpty() && calls.isEmpty();
    }

    private static Instant begun(Fact fact) {
        return switch (fact) {
            case Fact.Called called -> called.begun();
            case Fact.ClientUsed used -> used.at();
            // A long call may have ended just now.
            default -> Instant.MAX;
        };
    }
}
