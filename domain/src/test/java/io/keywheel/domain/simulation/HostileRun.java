package io.keywheel.domain.simulation;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.simulation.Invariant.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs requests of any size and cancellations against providers that send any values. The clock jumps ahead by
/// hours and steps back by a second. Checks the invariants that need no reference model.
final class HostileRun {

    private static final int REQUESTS = 150;

    /// Stops a run with endlessly waiting requests.
    private static final int MOST_EVENTS = 20_000;

    private static final Duration STEP_BACK = Duration.ofSeconds(1);
    private static final Duration LONGER_THAN_ANY_COOLDOWN = Duration.ofDays(8);
    private static final List<ModelId> MODELS = List.of(new ModelId("big"), new ModelId("small"));

    private record Event(Instant at, int number, Runnable action) {}

    private final Random random;
    private final HostileProviders providers;
    private final List<ProviderProfile> pool;
    private final Rotation rotation;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingInt(Event::number));
    private Instant now = Scenario.START;
    private Duration jumped = Duration.ZERO;
    private int scheduled;

    private HostileRun(long seed, Function<List<ProviderProfile>, Rotation> rotations) {
        random = new Random(seed);
        providers = new HostileProviders(random);
        pool = Scenarios.ofSeed(seed).pool();
        rotation = rotations.apply(pool);
    }

    /// Runs to the end or to the first violation.
    static @Nullable Violation run(long seed, Function<List<ProviderProfile>, Rotation> rotations) {
        try {
            new HostileRun(seed, rotations).run();
            return null;
        } catch (Violation violation) {
            return violation;
        }
    }

    private void run() {
        for (int i = 0; i < REQUESTS; i++) {
            in(Duration.ofMillis(random.nextInt(60_000)), this::arrive);
        }
        while (!events.isEmpty() && scheduled < MOST_EVENTS) {
            Event event = events.remove();
            now = event.at().isAfter(now) ? event.at() : now.plusNanos(1);
            event.action().run();
        }
        jumped = jumped.plus(LONGER_THAN_ANY_COOLDOWN);
        pool.forEach(profile -> MODELS.forEach(model -> asksAllItsKeys(profile, model)));
    }

    private void in(Duration time, Runnable action) {
        events.add(new Event(now.plus(time), scheduled++, action));
    }

    private Instant clock() {
        Instant time = now.plus(jumped);
        return scheduled % 7 == 0 ? time.minus(STEP_BACK) : time;
    }

    private void arrive() {
        if (random.nextInt(20) == 0) {
            jumped = jumped.plusMinutes(random.nextInt(600));
        }
        Route route = random.nextBoolean()
                ? Route.AUTO
                : Route.to(pool.get(random.nextInt(pool.size())).id(), MODELS.get(random.nextInt(2)));
        goOn(newcomer(route, providers.number()));
    }

    private RequestAttempts newcomer(Route route, long need) {
        var requestLimits = new RequestLimits(0, Duration.ofSeconds(random.nextInt(3)), 1000, Duration.ofMinutes(2));
        return RequestAttempts.begin(route, requestLimits.terms(true, clock()), TokenEstimate.of(need));
    }

    private void goOn(RequestAttempts requestAttempts) {
        Instant time = clock();
        switch (rotation.next(requestAttempts, time)) {
            case Step.GiveUp _ -> {}
            case Step.Wait(var until) -> in(Duration.between(time, until), () -> goOn(requestAttempts));
            case Step.Attempt attempt -> {
                Duration latency = Duration.ofMillis(random.nextInt(5_000));
                boolean streamed = random.nextBoolean();
                if (streamed) {
                    in(latency.dividedBy(2), () -> {
                        rotation.answering(attempt, clock());
                        judge(attempt);
                    });
                }
                in(latency, () -> end(requestAttempts, attempt, streamed));
            }
        }
    }

    private void end(RequestAttempts requestAttempts, Step.Attempt attempt, boolean begun) {
        if (random.nextBoolean()) {
            rotation.answered(
                    attempt, providers.rateLimitStatus(attempt.target().provider()), providers.number(), clock());
            judge(attempt);
            return;
        }
        Failure failure =
                begun ? providers.end() : providers.failure(attempt.target().provider());
        rotation.failed(attempt, failure, providers.number(), clock(), random.nextInt(4) / 4.0);
        judge(attempt);
        goOn(requestAttempts.failedAt(attempt.failed(failure)));
    }

    /// Checks that no cooldown exceeds the longest time that the provider sent.
    private void judge(Step.Attempt attempt) {
        var target = attempt.target();
        var route = Route.to(target.provider(), target.model());
        for (long need : List.of(0L, 100L, attempt.estimatedTokens())) {
            Instant time = clock();
            Instant latest = time.plus(providers.longest(target.provider())).plus(STEP_BACK);
            for (CoolingKey cooling :
                    rotation.unavailability(newcomer(route, need), time).cooling()) {
                if (cooling.until().isAfter(latest)) {
                    throw Invariant.BOUNDS_COOLDOWNS.violatedBy(
                            cooling + " cools at " + time + ", for a call of " + need);
                }
            }
        }
    }

    /// Checks that a request can try each key of the provider again.
    private void asksAllItsKeys(ProviderProfile profile, ModelId model) {
        RequestAttempts requestAttempts = newcomer(Route.to(profile.id(), model), 0);
        while (requestAttempts.failed().size() <= profile.keys().size()
                && rotation.next(requestAttempts, clock()) instanceof Step.Attempt attempt) {
            Failure failure = new Failure.EmptyReply("nothing");
            rotation.failed(attempt, failure, 0, clock(), 0);
            requestAttempts = requestAttempts.failedAt(attempt.failed(failure));
        }
        int asked = requestAttempts.failed().size();
        if (asked != profile.keys().size()) {
            throw Invariant.RECOVERS_COMPLETELY.violatedBy("%d of %d keys of %s serve %s"
                    .formatted(asked, profile.keys().size(), profile.id(), model));
        }
    }
}
