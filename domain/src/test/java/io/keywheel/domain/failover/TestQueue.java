package io.keywheel.domain.failover;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.simulation.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A wait queue in front of a real key pool, with its own clock. Requests are numbered in order of arrival. A request
/// without a route is for Groq's big model.
class TestQueue extends PoolFixture {

    static final Route ANY = Route.AUTO;
    static final Route GROQS_DEFAULT = Route.to(RouteTarget.ofDefaultModel(GROQ));
    static final Route BIG_AT_GROQ = Route.to(GROQ, BIG);
    static final Route SMALL_AT_GROQ = Route.to(GROQ, SMALL);

    private static final double NO_SPREAD = 0.5;

    private final Map<Integer, Request> requests = new HashMap<>();
    private final Map<Integer, Step> steps = new HashMap<>();
    private final Rotation counting;
    final KeyPool keyPool;
    final WaitQueue waitQueue;
    Instant now = START;
    int choices;

    /// The requests started since the last call of [#turns].
    private final List<Integer> turns = new ArrayList<>();

    private final class Request implements WaitQueue.Request {

        private final int number;
        private final RequestAttempts attempts;

        Request(int number, RequestAttempts attempts) {
            this.number = number;
            this.attempts = attempts;
        }

        @Override
        public long arrival() {
            return number;
        }

        @Override
        public RequestAttempts attempts() {
            return attempts;
        }

        @Override
        public void proceed(Step.Decided step) {
            steps.put(number, step);
            turns.add(number);
        }
    }

    TestQueue(int most, ProviderProfile... providers) {
        waitQueue = new WaitQueue(most);
        counting = new Rotation(List.of(providers)) {
            @Override
            public KeySelector.Selection choose(RequestAttempts requestAttempts, Instant at) {
                choices++;
                return super.choose(requestAttempts, at);
            }
        };
        keyPool = counting.keyPool;
    }

    /// A request that waits for a minute at most.
    RequestAttempts request(Route route, long need) {
        return request(route, Duration.ofMinutes(1), Duration.ofMinutes(2), need);
    }

    RequestAttempts request(Route route, Duration maxWait, Duration timeout, long need) {
        return RequestAttempts.begin(
                route,
                new RequestLimits(0, maxWait, 1000, timeout, Duration.ZERO).terms(true, now),
                TokenEstimate.of(need));
    }

    RequestAttempts request(Route route, TokenEstimate estimate) {
        return RequestAttempts.begin(route, request(route, 0).terms(), estimate);
    }

    RequestAttempts requestWithoutFallback(Route route, long need) {
        return RequestAttempts.begin(
                route, new RequestTerms(false, 0, now.plusSeconds(60), now.plusSeconds(120)), TokenEstimate.of(need));
    }

    /// Adds new requests one after the other; returns the numbers of those that start.
    List<Integer> come(Route route, int... numbers) {
        return IntStream.of(numbers)
                .boxed()
                .flatMap(number -> comes(number, request(route, 0)).stream())
                .toList();
    }

    List<Integer> come(int... numbers) {
        return come(BIG_AT_GROQ, numbers);
    }

    /// Adds a new request that needs so many tokens; returns the numbers of those that start.
    List<Integer> comes(int number, long need) {
        return comes(number, request(BIG_AT_GROQ, need));
    }

    List<Integer> comes(int number, RequestAttempts requestAttempts) {
        var request = new Request(number, requestAttempts);
        requests.put(number, request);
        steps.remove(number);
        Step.Decided step = waitQueue.join(request, counting, now);
        if (step != null) {
            request.proceed(step);
        }
        return turns();
    }

    List<Integer> passes(Duration time) {
        now = now.plus(time);
        waitQueue.checkDue(counting, now);
        return turns();
    }

    List<Integer> answered(int number) {
        return answered(number, RateLimitStatus.UNKNOWN);
    }

    List<Integer> answered(int number, RateLimitStatus left) {
        Step.Attempt attempt = attempt(number);
        keyPool.answered(attempt, null, left, attempt.estimatedTokens(), now);
        waitQueue.checkAll(counting, now);
        return turns();
    }

    /// Fails the attempt of the request, and lets it join again.
    List<Integer> fails(int number, Failure failure) {
        List<Integer> others = ends(number, failure);
        others.addAll(comes(number, attempts(number).withFailure(attempt(number).failed(failure))));
        return others;
    }

    /// Fails the attempt of the request.
    List<Integer> ends(int number, Failure failure) {
        if (failure instanceof Failure.Cancelled) {
            waitQueue.abandoned(attempt(number).target());
        }
        keyPool.failed(attempt(number), null, failure, 0, now, NO_SPREAD);
        waitQueue.checkAll(counting, now);
        return turns();
    }

    /// Lets a request without fallback fail and give up.
    void meets(Route route, Failure failure) {
        int number = -1 - steps.size();
        comes(number, requestWithoutFallback(route, 0));
        fails(number, failure);
    }

    void meets(Failure failure) {
        meets(BIG_AT_GROQ, failure);
    }

    List<Integer> withdraws(int number) {
        Request request = known(requests, number);
        keyPool.withdraw(attempt(number), request.attempts(), now);
        waitQueue.rejoin(request, counting, now);
        return turns();
    }

    List<Integer> leaves(int number) {
        waitQueue.leave(known(requests, number));
        waitQueue.checkAll(counting, now);
        return turns();
    }

    List<Integer> closes() {
        waitQueue.close(counting, now);
        return turns();
    }

    Step step(int number) {
        return known(steps, number);
    }

    String slot(int number) {
        return attempt(number).target().key().slot().toString();
    }

    boolean waits(int number) {
        return !steps.containsKey(number);
    }

    RequestAttempts attempts(int number) {
        return known(requests, number).attempts();
    }

    Step.Attempt attempt(int number) {
        return (Step.Attempt) step(number);
    }

    private static <T> T known(Map<Integer, T> map, int number) {
        T value = map.get(number);
        if (value == null) {
            throw new AssertionError(number + " waits");
        }
        return value;
    }

    private List<Integer> turns() {
        var since = new ArrayList<>(turns);
        turns.clear();
        return since;
    }
}
