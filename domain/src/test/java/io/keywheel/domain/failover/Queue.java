package io.keywheel.domain.failover;

import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// A line before a real wheel, with a clock of its own. Requests are numbers, in order of arrival.
final class Queue {

    static final ProviderId GROQ = new ProviderId("groq");
    static final ProviderId CEREBRAS = new ProviderId("cerebras");
    static final ModelId BIG = new ModelId("big");
    static final ModelId SMALL = new ModelId("small");
    static final Route ANY = new Route.DefaultModels(null);
    static final Route GROQS_DEFAULT = new Route.DefaultModels(GROQ);
    static final Route BIG_AT_GROQ = new Route.NamedModel(GROQ, BIG);
    static final Route SMALL_AT_GROQ = new Route.NamedModel(GROQ, SMALL);
    static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final Duration TIME = Duration.ofMinutes(2);

    private static final double NO_SPREAD = 0.5;

    final Map<Integer, Waiting> requests = new HashMap<>();
    final Map<Integer, Step> steps = new HashMap<>();
    final KeyPool keyPool;
    final WaitQueue line;
    Instant now = START;
    int looks;

    /// Those whose turn has come since this was last asked for.
    private final List<Integer> called = new ArrayList<>();

    record Waiting(int who, RequestAttempts attempts, BiConsumer<Integer, Step> call) implements WaitQueue.Request {
        @Override
        public long arrival() {
            return who;
        }

        @Override
        public void goOn(Step.Decided step) {
            call.accept(who, step);
        }
    }

    private final KeySelector counting = new KeySelector() {
        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant at) {
            looks++;
            return keyPool.choose(requestAttempts, at);
        }

        @Override
        public Unavailability shortage(RequestAttempts requestAttempts, Instant at) {
            return keyPool.shortage(requestAttempts, at);
        }
    };

    Queue(int most, ProviderProfile... providers) {
        this.line = new WaitQueue(most);
        this.keyPool = new KeyPool(List.of(providers));
    }

    static ProviderProfile provider(ProviderId id, int keys) {
        return new ProviderProfile(
                id,
                BIG,
                IntStream.rangeClosed(1, keys)
                        .mapToObj(n -> new PoolKey(new KeySlot(id, n), new QuotaGroup(id, "g" + n), "0000000" + n))
                        .toList());
    }

    static RequestTerms terms(Instant now) {
        return new RequestLimits(0, PATIENCE, 1000, TIME).terms(true, now);
    }

    /// A new request comes; the numbers of those whose turn it is.
    List<Integer> comes(int who, Route route) {
        return comes(who, RequestAttempts.begin(route, terms(now)));
    }

    List<Integer> comes(int who, RequestAttempts requestAttempts) {
        var request = new Waiting(who, requestAttempts, this::called);
        requests.put(who, request);
        steps.remove(who);
        Step.Decided step = line.join(request, counting, now);
        if (step != null) {
            called(who, step);
        }
        return called();
    }

    List<Integer> passes(Duration time) {
        now = now.plus(time);
        line.due(counting, now);
        return called();
    }

    List<Integer> answered(int who) {
        return answered(who, RateLimitStatus.UNKNOWN);
    }

    List<Integer> answered(int who, RateLimitStatus left) {
        keyPool.answered(attempt(who), left, now);
        line.reported(counting, now);
        return called();
    }

    /// The attempt of `who` fails, and it asks what to do next.
    List<Integer> fails(int who, Failure failure) {
        Step.Attempt attempt = attempt(who);
        keyPool.failed(attempt, failure, now, NO_SPREAD);
        line.reported(counting, now);
        List<Integer> others = called();
        List<Integer> after = comes(who, journey(who).failedAt(attempt.failed(failure)));
        return IntStream.concat(others.stream().mapToInt(n -> n), after.stream().mapToInt(n -> n))
                .boxed()
                .toList();
    }

    List<Integer> givesBack(int who) {
        keyPool.withdraw(attempt(who), journey(who), now);
        line.rejoin(request(who), counting, now);
        return called();
    }

    List<Integer> leaves(int who) {
        line.leave(request(who));
        line.reported(counting, now);
        return called();
    }

    Step.Attempt attempt(int who) {
        return (Step.Attempt) step(who);
    }

    Step step(int who) {
        Step step = steps.get(who);
        if (step == null) {
            throw new AssertionError(who + " waits");
        }
        return step;
    }

    String place(int who) {
        return attempt(who).target().key().slot().toString();
    }

    boolean waits(int who) {
        return !steps.containsKey(who);
    }

    private Waiting request(int who) {
        return Objects.requireNonNull(requests.get(who));
    }

    private RequestAttempts journey(int who) {
        return request(who).attempts();
    }

    private void called(int who, Step step) {
        steps.put(who, step);
        called.add(who);
    }

    private List<Integer> called() {
        List<Integer> all = List.copyOf(called);
        called.clear();
        return all;
    }

    static Failure limitedFor(Duration time) {
        return new Failure.RateLimited("limited", time, RateLimitStatus.UNKNOWN);
    }
}
