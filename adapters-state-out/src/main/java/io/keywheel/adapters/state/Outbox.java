package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Queues facts for sending. Lasting facts, which are those of [StoreStream.Kind#FACTS], are sent before calls. If a
/// queue is full, its oldest fact is dropped.
final class Outbox {

    static final int MOST_CALLS = 4096;

    /// More than a repetition has, so that it drops no facts.
    static final int MOST_LASTING = 2048;

    /// Facts within this time are sent together.
    private static final long GATHERED_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ArrayDeque<Fact> lasting = new ArrayDeque<>();
    private final ArrayDeque<Fact> calls = new ArrayDeque<>();

    /// Whether lasting facts were lost since the last repetition.
    private boolean mustRepeat;

    /// Whether a claim waits for its fact to be sent.
    private boolean isUrgent;

    /// Whether [#take] returns without facts, so that a command is sent.
    private boolean mustKeepAlive;

    private boolean isOpen;

    /// The number of the last [Fact.ClientUsed].
    private long used;

    /// The taken facts, until their sending ends. Without those that were forgotten meanwhile.
    private final List<Fact> sending = new ArrayList<>();

    synchronized void add(Collection<Fact> facts, boolean urgent) {
        for (Fact fact : facts) {
            if (lasts(fact)) {
                mustRepeat |= keep(lasting, fact, MOST_LASTING);
            } else {
                keep(calls, fact instanceof Fact.ClientUsed some ? some.numbered(++used) : fact, MOST_CALLS);
            }
        }
        isUrgent |= urgent;
        notifyAll();
    }

    /// Returns whether another fact was dropped.
    private static boolean keep(ArrayDeque<Fact> facts, Fact fact, int most) {
        boolean isFull = facts.size() >= most;
        if (isFull) {
            facts.removeFirst();
        }
        facts.addLast(fact);
        return isFull;
    }

    /// Removes a call that has not been taken yet.
    synchronized void remove(Fact.Called call) {
        calls.remove(call);
    }

    /// Drops facts about the keys that match. A key of the same name at another base URL is a different one.
    synchronized void forget(Predicate<Fact.CallTarget> keys) {
        Predicate<Fact> forgotten = fact -> fact instanceof Fact.OfKey of && keys.test(of.callTarget());
        lasting.removeIf(forgotten);
        calls.removeIf(forgotten);
        sending.removeIf(forgotten);
    }

    /// Sets whether [#take] may return facts. Until then they are queued.
    synchronized void open(boolean open) {
        isOpen = open;
        notifyAll();
    }

    /// Schedules a repetition, because the store has lost facts.
    synchronized void scheduleRepetition() {
        mustRepeat = true;
    }

    /// Whether a repetition begins now: facts were lost, here or by the store, and no lasting fact is queued or
    /// being sent. Beside other facts, it could drop some of them, and so cause the next one.
    synchronized boolean beginRepetition() {
        boolean begins = mustRepeat && lasting.isEmpty() && sending.stream().noneMatch(Outbox::lasts);
        mustRepeat &= !begins;
        return begins;
    }

    /// Lets [#take] return, with or without facts. A store or firewall may close a connection that is idle for
    /// minutes, and the next facts would find it closed.
    synchronized void keepAlive() {
        mustKeepAlive = true;
        notifyAll();
    }

    /// Forgets the taken facts.
    synchronized void sent() {
        sending.clear();
        notifyAll();
    }

    /// Returns the taken facts to the front of their queues.
    synchronized void notSent() {
        for (Fact fact : sending.reversed()) {
            boolean lasts = lasts(fact);
            var queue = lasts ? lasting : calls;
            if (queue.size() < (lasts ? MOST_LASTING : MOST_CALLS)) {
                queue.addFirst(fact);
            } else {
                mustRepeat |= lasts;
            }
        }
        sending.clear();
        notifyAll();
    }

    /// Blocks until the outbox is open, and has facts or a connection to keep alive. Calls that are too old for
    /// other gateways to read are dropped.
    synchronized List<Fact> take(int most, InstantSource clock) throws InterruptedException {
        while (!isOpen || (isEmpty() && !mustKeepAlive)) {
            wait();
        }
        mustKeepAlive = false;
        long end = System.nanoTime() + GATHERED_NANOS;
        while (!isUrgent && lasting.size() + calls.size() < most && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        Instant since = clock.instant().minus(StoreStream.Kind.CALLS.kept);
        while (sending.size() < most && !lasting.isEmpty()) {
            sending.add(lasting.removeFirst());
        }
        while (sending.size() < most && !calls.isEmpty()) {
            Fact fact = calls.removeFirst();
            if (!isTooOld(fact, since)) {
                sending.add(fact);
            }
        }
        isUrgent &= !calls.isEmpty();
        return List.copyOf(sending);
    }

    /// Waits until everything is sent, `atMost` has passed, or the outbox is closed.
    synchronized void awaitSent(Duration atMost) throws InterruptedException {
        isUrgent = true;
        notifyAll();
        long end = System.nanoTime() + atMost.toNanos();
        while (isOpen && !(sending.isEmpty() && isEmpty()) && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
    }

    private static boolean lasts(Fact fact) {
        return StoreStream.of(fact).kind() == StoreStream.Kind.FACTS;
    }

    private boolean isEmpty() {
        return lasting.isEmpty() && calls.isEmpty();
    }

    /// Only calls expire: a long call may have ended just now, and limits per day count a whole day.
    private static boolean isTooOld(Fact fact, Instant since) {
        return fact instanceof Fact.Called called && called.begun().isBefore(since);
    }
}
