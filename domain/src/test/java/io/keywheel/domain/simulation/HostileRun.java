package io.keywheel.domain.simulation;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.simulation.Invariant.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs requests of any size and cancellations against providers that send any values. The clock jumps ahead by
/// hours and steps back by a second. Checks the invariants that need no reference model.
final class HostileRun extends PoolFixture {

    private static final int REQUESTS = 150;

    /// Stops a run with endlessly waiting requests.
    private static final int MOST_EVENTS = 20_000;

    /// The longest cooldown, with the rounding error of a week in doubles.
    private static final Duration LONGEST_COOLDOWN = Duration.ofDays(7).plusMillis(1);

    private static final Duration STEP_BACK = Duration.ofSeconds(1);
    private static final Duration LONGER_THAN_ANY_COOLDOWN = Duration.ofDays(8);
    private static final List<ModelId> MODELS = List.of(BIG, SMALL);

    private static final List<String> BUCKETS = List.of("tokens", "tokens-day", "requests", "requests-minute");
    private static final List<Long> NUMBERS = List.of(
            Long.MIN_VALUE, -1L, 0L, 1L, 2L, 30L, 8000L, 100_000L, (long) Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE);
    private static final List<@Nullable Duration> TIMES = Arrays.asList(
            null,
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofSeconds(-1),
            Duration.ZERO,
            Duration.ofNanos(1),
            Duration.ofMillis(750),
            Duration.ofSeconds(30),
            Duration.ofHours(3),
            Duration.ofDays(31),
            Duration.ofSeconds(Long.MAX_VALUE));

    private record Event(Instant at, int number, Runnable action) {}

    private final Random random;
    private final List<ProviderProfile> pool;
    private final Rotation rotation;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingInt(Event::number));
    private Instant now = START;
    private Duration jumped = Duration.ZERO;
    private int scheduled;

    private HostileRun(long seed, Function<List<ProviderProfile>, Rotation> rotations) {
        random = new Random(seed);
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
        Route route = random.nextBoolean() ? Route.AUTO : Route.to(any(pool).id(), any(MODELS));
        goOn(newcomer(route, number()));
    }

    private RequestAttempts newcomer(Route route, long need) {
        var requestLimits =
                new RequestLimits(0, Duration.ofSeconds(random.nextInt(3)), 1000, Duration.ofMinutes(2), Duration.ZERO);
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
            rotation.answered(attempt, rateLimitStatus(), number(), clock());
            judge(attempt);
            return;
        }
        Failure failure = begun ? failureAfterContent() : failure();
        rotation.failed(attempt, failure, number(), clock(), random.nextInt(4) / 4.0);
        judge(attempt);
        goOn(requestAttempts.withFailure(attempt.failed(failure)));
    }

    /// Checks that no cooldown exceeds a week.
    private void judge(Step.Attempt attempt) {
        var target = attempt.target();
        var route = Route.to(target.provider(), target.model());
        for (long need : List.of(0L, 100L, attempt.estimatedTokens())) {
            Instant time = clock();
            Instant latest = time.plus(LONGEST_COOLDOWN).plus(STEP_BACK);
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
            requestAttempts = requestAttempts.withFailure(attempt.failed(failure));
        }
        int asked = requestAttempts.failed().size();
        if (asked != profile.keys().size()) {
            throw Invariant.RECOVERS_COMPLETELY.violatedBy("%d of %d keys of %s serve %s"
                    .formatted(asked, profile.keys().size(), profile.id(), model));
        }
    }

    private long number() {
        return random.nextInt(4) == 0 ? random.nextInt(10_000) : any(NUMBERS);
    }

    private RateLimitStatus rateLimitStatus() {
        return new RateLimitStatus(
                Stream.generate(this::bucket).limit(random.nextInt(3)).toList());
    }

    private Bucket bucket() {
        Long limit = random.nextInt(4) == 0 ? null : Long.valueOf(number());
        return new Bucket(any(BUCKETS), limit, number(), any(TIMES), random.nextBoolean());
    }

    private Failure failureAfterContent() {
        return random.nextBoolean() ? new Failure.Cancelled() : new Failure.Interrupted("cut");
    }

    private Failure failure() {
        Duration time = any(TIMES);
        return switch (random.nextInt(9)) {
            case 0 -> new Failure.TooLarge(NO);
            case 1 -> new Failure.Rejected(NO);
            case 2 -> new Failure.EmptyReply("nothing");
            case 3 -> new Failure.Cancelled();
            case 4 -> new Failure.Unavailable("no", time);
            case 5 -> new Failure.Overloaded("no", time);
            default -> {
                String organisation = random.nextInt(4) == 0 ? "org" + random.nextInt(3) : null;
                yield new Failure.RateLimited(
                        "no", time, rateLimitStatus(), organisation, random.nextBoolean(), number());
            }
        };
    }

    private <T extends @Nullable Object> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
