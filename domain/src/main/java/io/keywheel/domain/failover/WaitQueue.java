package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The requests for which no key is ready, first come, first served.
///
/// Requests of one [WaitGroup] form a queue. Only its first request is checked: while that has to wait, so do those
/// behind. Queues are checked in the order of their first requests, each until its first request has to wait. So
/// requests proceed in order of arrival, and none waits for a request of another group. The cost is one check for each
/// queue and for each request that proceeds.
///
/// A new request may pass earlier ones of its queue if it needs less than half of the tokens of each. The first
/// must not wait longer for that, as in the EASY backfilling of batch schedulers. No request passes on a route of
/// several tiers, or beside other queues. None passes while the first waits for the outcome of a call, or in the
/// last second before its key is ready.
///
/// After an abandoned call, the last request of a queue goes once before the first. Under load, each of the first
/// ones may leave as soon as it has a key, so that none is answered and no probe has an outcome.
///
/// Not thread-safe; no method blocks. After each call, the first request of each queue has to wait, at least
/// until [#nextWakeup].
public final class WaitQueue {

    /// A request that may have to wait, compared by identity.
    public interface Request {

        /// The position in order of arrival: unique to the request, and the same for all its attempts.
        long arrival();

        RequestAttempts attempts();

        /// Ends the wait of this request with its next step.
        void proceed(Step.Decided step);
    }

    /// Requests that may use the same keys. For the same number of tokens, the same keys are ready.
    ///
    /// @param tried the attempts of the request, which exclude keys
    /// @param route the part of the route that the request may use
    /// @param mayRetryLimitedKeys whether the request may retry keys after their rate limits
    record WaitGroup(Route route, Set<Tried> tried, boolean mayRetryLimitedKeys) {

        static WaitGroup of(RequestAttempts attempts) {
            return new WaitGroup(
                    attempts.terms().fallback()
                            ? attempts.route()
                            : attempts.route().firstTier(),
                    attempts.failed().stream().map(Tried::of).collect(Collectors.toUnmodifiableSet()),
                    attempts.mayRetryLimitedKeys());
        }
    }

    /// @param key the fingerprint of the key: its slot may belong to another key by now
    /// @param generation as in [Step.Attempt]: a replaced provider has other keys
    record Tried(ProviderId provider, ModelId model, String key, int generation, Failure.Kind failure, boolean probe) {

        static Tried of(FailedAttempt attempt) {
            return new Tried(
                    attempt.target().provider(),
                    attempt.target().model(),
                    attempt.target().key().fingerprint(),
                    attempt.generation(),
                    attempt.failure().kind(),
                    attempt.probe());
        }
    }

    /// @param limit the end of the wait; if that has passed, the deadline of the request
    private record Waiter(Request request, WaitGroup group, Instant limit) {

        static Waiter of(Request request, Instant now) {
            RequestTerms terms = request.attempts().terms();
            return new Waiter(
                    request,
                    WaitGroup.of(request.attempts()),
                    now.isBefore(terms.waitUntil()) ? terms.waitUntil() : terms.deadline());
        }

        long arrival() {
            return request.arrival();
        }
    }

    /// The waiting requests of one group.
    private static final class Queue {

        final NavigableSet<Waiter> waiters = new TreeSet<>(Comparator.comparingLong(Waiter::arrival));

        /// When to check the first request if nothing is reported before.
        Instant nextCheck = Instant.MAX;

        /// Whether the last request goes before the first, once.
        boolean lastGoesFirst;
    }

    /// The most keys that a passing request tries, each of another quota group or model.
    private static final int MOST_TRIES = 3;

    /// A passing call must reach the provider before a key for the first request is ready: a later call may count
    /// in the next quota window.
    private static final Duration LATEST_ARRIVAL = Duration.ofSeconds(1);

    private final int most;
    private final Map<Request, Waiter> waiters = new HashMap<>();
    private final Map<WaitGroup, Queue> queues = new HashMap<>();
    private final NavigableSet<Waiter> byLimit =
            new TreeSet<>(Comparator.comparing(Waiter::limit).thenComparingLong(Waiter::arrival));

    private boolean closed;

    /// @param most how many requests may wait at the same time; 0 for none
    public WaitQueue(int most) {
        this.most = most;
    }

    public int size() {
        return waiters.size();
    }

    /// When to call [#checkDue] if nothing is reported before; empty while no request waits.
    public Optional<Instant> nextWakeup() {
        return waiters.isEmpty()
                ? Optional.empty()
                : Stream.concat(
                                queues.values().stream().map(queue -> queue.nextCheck),
                                Stream.of(byLimit.first().limit()))
                        .min(Comparator.naturalOrder());
    }

    /// The next step of a request; null if the request was queued.
    public Step.@Nullable Decided join(Request request, KeySelector keys, Instant now) {
        if (closed) {
            return end(request, keys, now);
        }
        checkDue(keys, now);
        RequestAttempts attempts = request.attempts();
        SortedSet<Waiter> earlier = earlier(request, now);
        Step step = earlier.isEmpty() ? Failover.next(attempts, keys, now) : behind(earlier, attempts, keys, now);
        return switch (step) {
            case Step.Decided decided -> decided;
            case Step.Wait _ when waiters.size() >= most -> Failover.refuse(attempts, keys, now);
            case Step.Wait(var until) -> {
                await(request, until, now);
                yield null;
            }
        };
    }

    /// The waiting requests of the same group that arrived earlier.
    private SortedSet<Waiter> earlier(Request request, Instant now) {
        if (waiters.isEmpty()) {
            return Collections.emptySortedSet();
        }
        Waiter waiter = Waiter.of(request, now);
        Queue queue = queues.get(waiter.group());
        return queue == null ? Collections.emptySortedSet() : queue.waiters.headSet(waiter);
    }

    /// A request behind others needs no wakeup: it is checked after them. A much smaller one may pass them. One that
    /// needs more than the first, or may wait less, gives up immediately if no key can be ready in time.
    private Step behind(SortedSet<Waiter> earlier, RequestAttempts attempts, KeySelector keys, Instant now) {
        Step end = Failover.endIfOver(attempts, keys, now);
        if (end != null) {
            return end;
        }
        List<ProviderProfile> providers = keys.providers(attempts);
        RequestAttempts first = earlier.first().request().attempts();
        if (attempts.mayWaitInVainBehind(first, providers)) {
            switch (Failover.next(attempts, keys, now)) {
                case Step.GiveUp tooLate -> {
                    return tooLate;
                }
                case Step.Attempt ready -> keys.withdraw(ready, attempts, now);
                case Step.Wait _ -> {}
            }
        }
        boolean mayPass = queues.size() == 1
                && attempts.route().hasOneTier()
                && earlier.stream()
                        .map(waiter -> waiter.request().attempts())
                        .allMatch(other -> attempts.needsLessThanHalfOf(other, providers));
        Step attempt = mayPass ? pass(first, attempts, keys, now) : null;
        return attempt == null ? new Step.Wait(Instant.MAX) : attempt;
    }

    /// An attempt of a request behind `first`, if `first` does not have to wait longer for it; else null.
    private static Step.@Nullable Attempt pass(
            RequestAttempts first, RequestAttempts attempts, KeySelector keys, Instant now) {
        Instant readyAt = readyAt(first, keys, now);
        RequestAttempts passing = attempts;
        if (readyAt == null || readyAt.isBefore(now.plus(LATEST_ARRIVAL))) {
            return null;
        }
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            if (!(keys.choose(passing, now) instanceof Step.Attempt attempt)) {
                return null;
            }
            if (readyAt.equals(readyAt(first, keys, now))) {
                return attempt;
            }
            keys.withdraw(attempt, passing, now);
            passing = passing.excluding(attempt.target());
        }
        return null;
    }

    /// When a key will be ready for `first`. Null if one is ready now, or if that depends on the outcome of a
    /// call.
    private static @Nullable Instant readyAt(RequestAttempts first, KeySelector keys, Instant now) {
        return switch (keys.choose(first, now)) {
            case KeySelector.NoneReady(var readyAt, var probeEnds) -> probeEnds == null ? readyAt : null;
            case Step.Attempt attempt -> {
                keys.withdraw(attempt, first, now);
                yield null;
            }
        };
    }

    /// Returns a request to its old place, even if the queue is full: it could not use its key, and has withdrawn
    /// the attempt. The request may pass earlier ones as if it arrived now.
    public void rejoin(Request request, KeySelector keys, Instant now) {
        if (closed) {
            request.proceed(end(request, keys, now));
            return;
        }
        SortedSet<Waiter> earlier = earlier(request, now);
        if (!earlier.isEmpty() && behind(earlier, request.attempts(), keys, now) instanceof Step.Decided step) {
            request.proceed(step);
        } else {
            enqueue(Waiter.of(request, now));
        }
        checkAll(keys, now);
    }

    /// Ends all waiting requests, and each one that joins later.
    public void close(KeySelector keys, Instant now) {
        closed = true;
        for (Waiter waiter : List.copyOf(waiters.values())) {
            remove(waiter);
            waiter.request().proceed(end(waiter.request(), keys, now));
        }
    }

    public boolean isClosed() {
        return closed;
    }

    private static Step.GiveUp end(Request request, KeySelector keys, Instant now) {
        Step.GiveUp end = Failover.endIfOver(request.attempts(), keys, now);
        return end == null ? new Step.GiveUp(new Exhaustion.Closed()) : end;
    }

    /// Removes a request. A call of [#checkAll] has to follow: the next request may need less.
    public void leave(Request request) {
        Waiter waiter = waiters.get(request);
        if (waiter != null) {
            remove(waiter);
        }
    }

    /// A request left soon after its wait, during its call of `target`. A call of [#checkAll] has to follow.
    public void abandoned(Target target) {
        queues.forEach((group, queue) -> queue.lastGoesFirst |= group.route().leadsTo(target));
    }

    /// Checks all queues. To be called after each report, and after each withdrawn attempt.
    public void checkAll(KeySelector keys, Instant now) {
        if (!waiters.isEmpty()) {
            check(queues.values().stream(), keys, now);
        }
    }

    public void checkDue(KeySelector keys, Instant now) {
        if (!waiters.isEmpty()) {
            check(queues.values().stream().filter(queue -> !queue.nextCheck.isAfter(now)), keys, now);
        }
    }

    private void check(Stream<Queue> toCheck, KeySelector keys, Instant now) {
        var open = new PriorityQueue<Queue>(
                Comparator.comparingLong(queue -> queue.waiters.first().arrival()));
        toCheck.forEach(open::add);
        while (!open.isEmpty()) {
            Queue queue = open.remove();
            Waiter next = next(queue, keys, now);
            switch (Failover.next(next.request().attempts(), keys, now)) {
                case Step.Wait(var until) -> queue.nextCheck = until;
                case Step.Decided step -> {
                    remove(next);
                    next.request().proceed(step);
                    if (!queue.waiters.isEmpty()) {
                        open.add(queue);
                    }
                }
            }
        }
        dismissExpired(keys, now);
    }

    /// The first request; once after an abandoned call, the last one if a key is ready for each of the two.
    private static Waiter next(Queue queue, KeySelector keys, Instant now) {
        Waiter first = queue.waiters.first();
        Waiter last = queue.waiters.last();
        if (queue.lastGoesFirst && hasReadyKey(first, keys, now) && hasReadyKey(last, keys, now)) {
            queue.lastGoesFirst = false;
            return last;
        }
        return first;
    }

    private static boolean hasReadyKey(Waiter waiter, KeySelector keys, Instant now) {
        RequestAttempts attempts = waiter.request().attempts();
        if (keys.choose(attempts, now) instanceof Step.Attempt attempt) {
            keys.withdraw(attempt, attempts, now);
            return true;
        }
        return false;
    }

    /// Ends requests whose wait is over, at any place in their queues. They may still wait for the outcome of a
    /// probe.
    private void dismissExpired(KeySelector keys, Instant now) {
        while (!byLimit.isEmpty() && !byLimit.first().limit().isAfter(now)) {
            Waiter waiter = byLimit.first();
            remove(waiter);
            switch (Failover.next(waiter.request().attempts(), keys, now)) {
                case Step.Decided step -> waiter.request().proceed(step);
                case Step.Wait(var until) -> await(waiter.request(), until, now);
            }
        }
    }

    private void await(Request request, Instant until, Instant now) {
        Waiter waiter = Waiter.of(request, now);
        Queue queue = enqueue(waiter);
        queue.nextCheck = Instants.earlier(queue.nextCheck, until);
    }

    private Queue enqueue(Waiter waiter) {
        waiters.put(waiter.request(), waiter);
        byLimit.add(waiter);
        Queue queue = queues.computeIfAbsent(waiter.group(), _ -> new Queue());
        queue.waiters.add(waiter);
        return queue;
    }

    private void remove(Waiter waiter) {
        waiters.remove(waiter.request());
        byLimit.remove(waiter);
        queues.computeIfPresent(waiter.group(), (_, queue) -> {
            queue.waiters.remove(waiter);
            return queue.waiters.isEmpty() ? null : queue;
        });
    }
}
