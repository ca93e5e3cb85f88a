package io.keywheel.domain.failover;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The requests for which no key is ready, first come, first served.
///
/// Requests that want the same form one queue, and only the first of it is asked about: while it has to wait, so do
/// those behind it. Queues are asked in the order of their firsts, each until its first has to wait. So requests go
/// in order of arrival, none waits for one that wants something else, and asking costs one look for each queue and
/// one for each request that goes.
///
/// Mutable and not safe for threads; it waits for nothing itself. Between two calls that return turns, and up to
/// [#nextWakeup], no first of a queue could go.
///
/// @param <T> a waiting request; equal only to itself
public final class WaitQueue<T> {

    /// The request whose turn it is, and what to do.
    public record Turn<T>(T who, Step.Decided step) {}

    /// @param limit when its patience or its time is over, whichever is next
    private record Waiter<T>(T who, long arrival, RequestAttempts attempts, WaitGroup want, Instant limit) {}

    private final int most;
    private final Map<T, Waiter<T>> waiters = new HashMap<>();
    private final Map<WaitGroup, NavigableSet<Waiter<T>>> queues = new HashMap<>();

    /// When to ask about the first of each queue, should nothing be reported before.
    private final Map<WaitGroup, Instant> moments = new HashMap<>();

    private final NavigableSet<Waiter<T>> byLimit = new TreeSet<>(
            Comparator.comparing((Waiter<T> waiter) -> waiter.limit()).thenComparingLong(Waiter::arrival));

    /// @param most how many may wait at the same time, whatever for; 0 for none
    public WaitQueue(int most) {
        this.most = most;
    }

    /// How many wait.
    public int size() {
        return waiters.size();
    }

    /// When to call [#due], should nothing be reported before; empty while no request waits.
    public Optional<Instant> nextWakeup() {
        return Stream.concat(
                        moments.values().stream(), byLimit.stream().limit(1).map(Waiter::limit))
                .min(Comparator.naturalOrder());
    }

    /// A request asks what to do next. Unless it is among the turns returned, it is in the queue from now on.
    ///
    /// @param arrival says which came first: lower for the earlier one, the same for all the attempts of one
    ///     request, and never the same for two requests
    public List<Turn<T>> join(T who, long arrival, RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        List<Turn<T>> turns = due(keys, now);
        WaitGroup waitGroup = WaitGroup.of(requestAttempts);
        // A request behind another is asked about after it, and adds no moment of its own.
        Step step = isBehind(arrival, waitGroup)
                ? Failover.proceed(requestAttempts, keys, now, () -> new Step.Wait(Instant.MAX))
                : Failover.next(requestAttempts, keys, now);
        switch (step) {
            case Step.Decided decided -> turns.add(new Turn<>(who, decided));
            case Step.Wait _
            when waiters.size() >= most -> turns.add(new Turn<>(who, Failover.refuse(requestAttempts, keys, now)));
            case Step.Wait(var until) -> {
                enqueue(new Waiter<>(who, arrival, requestAttempts, waitGroup, limit(requestAttempts.terms(), now)));
                moments.merge(waitGroup, until, WaitQueue::earlier);
            }
        }
        return turns;
    }

    /// Whether an earlier request wants the same. It may need more: a smaller one does not overtake it, or the
    /// refill would never be enough for it.
    private boolean isBehind(long arrival, WaitGroup waitGroup) {
        NavigableSet<Waiter<T>> queue = queues.get(waitGroup);
        return queue != null && queue.first().arrival() < arrival;
    }

    /// A request whose turn it was could not go after all, and has given its key back. It has its old place again,
    /// even if the queue is full.
    public List<Turn<T>> rejoin(T who, long arrival, RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        enqueue(new Waiter<>(
                who, arrival, requestAttempts, WaitGroup.of(requestAttempts), limit(requestAttempts.terms(), now)));
        return reported(keys, now);
    }

    /// A request does not wait any longer. [#reported] has to follow: the next one may need less.
    public void leave(T who) {
        Waiter<T> waiter = waiters.get(who);
        if (waiter != null) {
            remove(waiter);
        }
    }

    /// Something has been reported, or given back.
    public List<Turn<T>> reported(KeySelector keys, Instant now) {
        return ask(queues.values(), keys, now);
    }

    /// Time has passed.
    public List<Turn<T>> due(KeySelector keys, Instant now) {
        var due = new ArrayList<NavigableSet<Waiter<T>>>();
        moments.forEach((waitGroup, moment) -> {
            if (!moment.isAfter(now)) {
                due.add(queueOf(waitGroup));
            }
        });
        return ask(due, keys, now);
    }

    private List<Turn<T>> ask(Collection<NavigableSet<Waiter<T>>> asked, KeySelector keys, Instant now) {
        var turns = new ArrayList<Turn<T>>();
        var open = new PriorityQueue<NavigableSet<Waiter<T>>>(
                Comparator.comparingLong(queue -> queue.first().arrival()));
        open.addAll(asked);
        while (!open.isEmpty()) {
            NavigableSet<Waiter<T>> queue = open.remove();
            Waiter<T> first = queue.first();
            switch (Failover.next(first.attempts(), keys, now)) {
                case Step.Wait(var until) -> moments.put(first.want(), until);
                case Step.Decided step -> {
                    remove(first);
                    turns.add(new Turn<>(first.who(), step));
                    if (!queue.isEmpty()) {
                        open.add(queue);
                    }
                }
            }
        }
        turns.addAll(dismissExpired(keys, now));
        return turns;
    }

    /// Not only the first of a queue may have had enough. Whose patience is over may still have a reason to
    /// wait: a probe under way.
    private List<Turn<T>> dismissExpired(KeySelector keys, Instant now) {
        var turns = new ArrayList<Turn<T>>();
        while (!byLimit.isEmpty() && !byLimit.first().limit().isAfter(now)) {
            Waiter<T> waiter = byLimit.first();
            remove(waiter);
            switch (Failover.next(waiter.attempts(), keys, now)) {
                case Step.Decided step -> turns.add(new Turn<>(waiter.who(), step));
                case Step.Wait(var until) -> {
                    RequestAttempts requestAttempts = waiter.attempts();
                    enqueue(new Waiter<>(
                            waiter.who(),
                            waiter.arrival(),
                            requestAttempts,
                            waiter.want(),
                            limit(requestAttempts.terms(), now)));
                    moments.merge(waiter.want(), until, WaitQueue::earlier);
                }
            }
        }
        return turns;
    }

    private void enqueue(Waiter<T> waiter) {
        waiters.put(waiter.who(), waiter);
        byLimit.add(waiter);
        queueOf(waiter.want()).add(waiter);
    }

    private void remove(Waiter<T> waiter) {
        waiters.remove(waiter.who());
        byLimit.remove(waiter);
        NavigableSet<Waiter<T>> queue = queueOf(waiter.want());
        queue.remove(waiter);
        if (queue.isEmpty()) {
            queues.remove(waiter.want());
            moments.remove(waiter.want());
        }
    }

    private NavigableSet<Waiter<T>> queueOf(WaitGroup waitGroup) {
        return queues.computeIfAbsent(waitGroup, _ -> new TreeSet<>(Comparator.comparingLong(Waiter::arrival)));
    }

    private static Instant limit(RequestTerms requestTerms, Instant now) {
        return now.isBefore(requestTerms.patience()) ? requestTerms.patience() : requestTerms.deadline();
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
