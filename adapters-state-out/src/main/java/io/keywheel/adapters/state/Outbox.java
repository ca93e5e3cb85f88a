package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Facts that wait to be sent. Bounded: what lasts goes before calls, and of each the oldest are dropped. It also
/// remembers the own lasting facts, for a store that has lost them.
final class Outbox {

    static final int MOST_CALLS = 4096;
    static final int MOST_LASTING = 2048;

    /// Facts are sent together that come within so many milliseconds.
    private static final long GATHERED_FOR = 5;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Fact> lasting = new ArrayDeque<>();
    private final ArrayDeque<Fact> calls = new ArrayDeque<>();
    private final LinkedHashMap<Object, Fact> remembered = new LinkedHashMap<>();

    /// Somebody waits for a fact to be sent.
    private boolean isUrgent;

    private boolean isOpen;

    /// Facts were taken and are being sent.
    private boolean isSending;

    void add(Collection<Fact> facts, boolean urgent) {
        lock.lock();
        try {
            for (Fact fact : facts) {
                if (Stream.of(fact).kind() == Stream.Kind.FACTS) {
                    remember(fact);
                    keep(lasting, fact, MOST_LASTING);
                } else {
                    keep(calls, fact, MOST_CALLS);
                }
            }
            isUrgent |= urgent;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void keep(ArrayDeque<Fact> facts, Fact fact, int most) {
        if (facts.size() == most) {
            facts.removeFirst();
        }
        facts.addLast(fact);
    }

    private void remember(Fact fact) {
        Object subject = switch (fact) {
            case Fact.CooledDown cooled -> List.of(cooled.asked(), cooled.scope());
            case Fact.Answered answered -> List.of(answered.asked(), answered.disproved());
            default -> fact;
        };
        remembered.remove(subject);
        remembered.put(subject, fact);
        if (remembered.size() > MOST_LASTING) {
            remembered.pollFirstEntry();
        }
    }

    /// It need not be sent any more.
    void remove(Fact.Called call) {
        lock.lock();
        try {
            calls.remove(call);
        } finally {
            lock.unlock();
        }
    }

    /// Whether facts can be sent from now on. Until then they gather.
    void open(boolean open) {
        lock.lock();
        try {
            isOpen = open;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// All that is remembered will be sent again: the store has lost it.
    void repeat() {
        lock.lock();
        try {
            lasting.clear();
            lasting.addAll(remembered.values());
        } finally {
            lock.unlock();
        }
    }

    /// Facts that were taken and could not be sent go back to the front.
    void putBack(List<Fact> facts) {
        lock.lock();
        try {
            for (Fact fact : facts.reversed()) {
                boolean lasts = Stream.of(fact).kind() == Stream.Kind.FACTS;
                var queue = lasts ? lasting : calls;
                if (queue.size() < (lasts ? MOST_LASTING : MOST_CALLS)) {
                    queue.addFirst(fact);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is something to send and it can be sent. Calls older than `oldest` are dropped.
    ///
    /// @param oldest since when other gateways still read calls
    List<Fact> take(int most, Supplier<Instant> oldest) throws InterruptedException {
        lock.lock();
        try {
            while (!isOpen || (lasting.isEmpty() && calls.isEmpty())) {
                changed.await();
            }
            if (!isUrgent && lasting.size() + calls.size() < most) {
                long left = TimeUnit.MILLISECONDS.toNanos(GATHERED_FOR);
                while (left > 0 && !isUrgent) {
                    left = changed.awaitNanos(left);
                }
            }
            var taken = new ArrayList<Fact>();
            Instant since = oldest.get();
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
        } finally {
            lock.unlock();
        }
    }

    /// What was taken has been sent, or put back.
    void sent() {
        lock.lock();
        try {
            isSending = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all is sent.
    void awaitSent(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            isUrgent = true;
            changed.signalAll();
            long left = atMost.toNanos();
            while (left > 0 && isOpen && (isSending || !lasting.isEmpty() || !calls.isEmpty())) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
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
