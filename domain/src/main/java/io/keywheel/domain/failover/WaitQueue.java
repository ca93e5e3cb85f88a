package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The requests for which no key is ready, first come, first served.
///
/// Requests that want the same form one queue, and only the first of it is asked about: while it has to wait, so do
/// those behind it. Queues are asked in the order of their firsts, each until its first has to wait. So requests go
/// in order of arrival, none waits for one that wants something else, and asking costs one look for each queue and
/// one for each request that goes.
///
/// Mutable and not safe for threads; it waits for nothing itself. Between two calls, and up to [#nextWakeup], no
/// first of a queue could go.
public final class WaitQueue {

    /// A request on its way; equal only to itself.
    public interface Request {

        /// Which came first: lower for the earlier one, the same for all the attempts of one request, and never the
        /// same for two requests.
        long arrival();

        RequestAttempts attempts();

        /// It has waited, and its turn has come.
        void goOn(Step.Decided step);
    }

    /// What a request can use: for requests that want the same, and need as much, the same keys are ready.
    ///
    /// @param tried what it is kept from by its own attempts
    /// @param route the part of it that is open to the request
    /// @param mayAskAgain whether it is kept from keys that have limited it only while they do
    record WaitGroup(Route route, Set<Tried> tried, boolean mayAskAgain) {

        static WaitGroup of(RequestAttempts attempts, Instant now) {
            return new WaitGroup(
                    attempts.terms().fallback()
                            ? attempts.route()
                            : attempts.route().firstTier(),
                    attempts.failed().stream().map(Tried::of).collect(Collectors.toUnmodifiableSet()),
                    attempts.mayAskAgain(now));
        }
    }

    /// @param key its fingerprint: its place may be another key's by now
    record Tried(ProviderId provider, ModelId model, String key, Failure.Kind failure, boolean probe) {

        static Tried of(FailedAttempt attempt) {
            return new Tried(
                    attempt.target().provider(),
                    attempt.target().model(),
                    attempt.target().key().fingerprint(),
                    attempt.failure().kind(),
                    attempt.probe());
        }
    }

    /// @param limit when its wait or its time is over, whichever is next
    private record Waiter(Request request, WaitGroup group, Instant limit) {

        static Waiter of(Request request, Instant now) {
            RequestTerms terms = request.attempts().terms();
            return new Waiter(
                    request,
                    WaitGroup.of(request.attempts(), now),
                    now.isBefore(terms.waitUntil()) ? terms.waitUntil() : terms.deadline());
        }

        long arrival() {
            return request.arrival();
        }
    }

    private final int most;
    private final Map<Request, Waiter> waiters = new HashMap<>();
    private final Map<WaitGroup, NavigableSet<Waiter>> queues = new HashMap<>();

    /// When to ask about the first of each queue, should nothing be reported before.
    private final Map<WaitGroup, Instant> moments = new HashMap<>();

    private final NavigableSet<Waiter> byLimit =
            new TreeSet<>(Comparator.comparing(Waiter::limit).thenComparingLong(Waiter::arrival));

    private boolean closed;

    /// @param most how many may wait at the same time, whatever for; 0 for none
    public WaitQueue(int most) {
        this.most = most;
    }

    public int size() {
        return waiters.size();
    }

    /// When to call [#due], should nothing be reported before; empty while no request waits.
    public Optional<Instant> nextWakeup() {
        return waiters.isEmpty()
                ? Optional.empty()
                : Stream.concat(
                                moments.values().stream(),
                                Stream.of(byLimit.first().limit()))
                        .min(Comparator.naturalOrder());
    }

    /// What a request is to do next. Null: it has to wait, and is in the queue from now on.
    public Step.@Nullable Decided join(Request request, KeySelector keys, Instant now) {
        if (closed) {
            return end(request, keys, now);
        }
        due(keys, now);
        RequestAttempts attempts = request.attempts();
        Step step = isBehind(request, now) ? behind(attempts, keys, now) : Failover.next(attempts, keys, now);
        return switch (step) {
            case Step.Decided decided -> decided;
            case Step.Wait _ when waiters.size() >= most -> Failover.refuse(attempts, keys, now);
            case Step.Wait(var until) -> {
                await(request, until, now);
                yield null;
            }
        };
    }

    /// Whether an earlier request wants the same. It may need more: a smaller one does not overtake it, or the
    /// refill would never be enough for it.
    private boolean isBehind(Request request, Instant now) {
        NavigableSet<Waiter> queue = waiters.isEmpty() ? null : queues.get(WaitGroup.of(request.attempts(), now));
        return queue != null && queue.first().arrival() < request.arrival();
    }

    /// A request behind another is asked about after it, and adds no moment of its own.
    private static Step behind(RequestAttempts attempts, KeySelector keys, Instant now) {
        Step end = Failover.end(attempts, keys, now);
        return end == null ? new Step.Wait(Instant.MAX) : end;
    }

    /// A request whose turn it was could not go after all, and has given its key back. It has its old place again,
    /// even if the queue is full.
    public void rejoin(Request request, KeySelector keys, Instant now) {
        if (closed) {
            request.goOn(end(request, keys, now));
            return;
        }
        enqueue(Waiter.of(request, now));
        reported(keys, now);
    }

    /// Ends all requests that wait, and from now on each that would go on.
    public void close(KeySelector keys, Instant now) {
        closed = true;
        for (Waiter waiter : List.copyOf(waiters.values())) {
            remove(waiter);
            waiter.request().goOn(end(waiter.request(), keys, now));
        }
    }

    public boolean isClosed() {
        return closed;
    }

    private static Step.GiveUp end(Request request, KeySelector keys, Instant now) {
        Step.GiveUp end = Failover.end(request.attempts(), keys, now);
        return end == null
                ? new Step.GiveUp(new Exhaustion.Closed(request.attempts().failed()))
                : end;
    }

    /// A request does not wait any longer. [#reported] has to follow: the next one may need less.
    public void leave(Request request) {
        Waiter waiter = waiters.get(request);
        if (waiter != null) {
            remove(waiter);
        }
    }

    /// Something has been reported, or given back.
    public void reported(KeySelector keys, Instant now) {
        if (!waiters.isEmpty()) {
            ask(queues.values(), keys, now);
        }
    }

    /// Time has passed.
    public void due(KeySelector keys, Instant now) {
        if (!waiters.isEmpty()) {
            var due = new ArrayList<NavigableSet<Waiter>>();
            moments.forEach((group, moment) -> {
                if (!moment.isAfter(now)) {
                    due.add(queueOf(group));
                }
            });
            ask(due, keys, now);
        }
    }

    private void ask(Collection<NavigableSet<Waiter>> asked, KeySelector keys, Instant now) {
        var open = new PriorityQueue<NavigableSet<Waiter>>(
                Comparator.comparingLong(queue -> queue.first().arrival()));
        open.addAll(asked);
        while (!open.isEmpty()) {
            NavigableSet<Waiter> queue = open.remove();
            Waiter first = queue.first();
            switch (Failover.next(first.request().attempts(), keys, now)) {
                case Step.Wait(var until) -> moments.put(first.group(), until);
                case Step.Decided step -> {
                    remove(first);
                    first.request().goOn(step);
                    if (!queue.isEmpty()) {
                        open.add(queue);
                    }
                }
            }
        }
        dismissExpired(keys, now);
    }

    /// Not only the first of a queue may have had enough. Whose wait is over may still have a reason to
    /// wait: a probe under way.
    private void dismissExpired(KeySelector keys, Instant now) {
        while (!byLimit.isEmpty() && !byLimit.first().limit().isAfter(now)) {
            Waiter waiter = byLimit.first();
            remove(waiter);
            switch (Failover.next(waiter.request().attempts(), keys, now)) {
                case Step.Decided step -> waiter.request().goOn(step);
                case Step.Wait(var until) -> await(waiter.request(), until, now);
            }
        }
    }

    private void await(Request request, Instant until, Instant now) {
        Waiter waiter = Waiter.of(request, now);
        enqueue(waiter);
        moments.merge(waiter.group(), until, Instants::earlier);
    }

    private void enqueue(Waiter waiter) {
        waiters.put(waiter.request(), waiter);
        byLimit.add(waiter);
        queueOf(waiter.group()).add(waiter);
    }

    private void remove(Waiter waiter) {
        waiters.remove(waiter.request());
        byLimit.remove(waiter);
        NavigableSet<Waiter> queue = queueOf(waiter.group());
        queue.remove(waiter);
        if (queue.isEmpty()) {
            queues.remove(waiter.group());
            moments.remove(waiter.group());
        }
    }

    private NavigableSet<Waiter> queueOf(WaitGroup group) {
        return queues.computeIfAbsent(group, _ -> new TreeSet<>(Comparator.comparingLong(Waiter::arrival)));
    }
}
