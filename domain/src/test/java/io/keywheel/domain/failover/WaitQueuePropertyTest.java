package io.keywheel.domain.failover;

import static io.keywheel.domain.failover.TestQueue.ANY;
import static io.keywheel.domain.failover.TestQueue.BIG_AT_GROQ;
import static io.keywheel.domain.failover.TestQueue.CEREBRAS;
import static io.keywheel.domain.failover.TestQueue.GROQ;
import static io.keywheel.domain.failover.TestQueue.GROQS_DEFAULT;
import static io.keywheel.domain.failover.TestQueue.SMALL_AT_GROQ;
import static io.keywheel.domain.failover.TestQueue.START;
import static io.keywheel.domain.failover.TestQueue.limitedFor;
import static io.keywheel.domain.failover.TestQueue.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.TestQueue.Request;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares the queue with `Failover.next` of each waiting request after each random event.
class WaitQueuePropertyTest {

    private static final int EVENTS = 400;
    private static final List<Route> ROUTES = List.of(ANY, GROQS_DEFAULT, BIG_AT_GROQ, SMALL_AT_GROQ);
    private static final List<Long> NEEDS = List.of(1L, 1L, 300L, 900L);
    private static final List<Duration> MAX_WAITS =
            List.of(Duration.ZERO, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(3));

    private static final class World {

        private final Random random;
        private final RequestLimits requestLimits;
        private final KeyPool keyPool = new KeyPool(pool(), Set.of(), false);
        private final WaitQueue waitQueue = new WaitQueue(Integer.MAX_VALUE);
        private final BiConsumer<Integer, Step> goes = this::goes;
        private final TreeMap<Integer, RequestAttempts> waiting = new TreeMap<>();
        private final Map<Integer, RequestAttempts> running = new HashMap<>();
        private final Map<Integer, Step.Attempt> attempts = new TreeMap<>();
        private Instant now = START;
        private int arrivals;
        private int turns;

        World(long seed) {
            random = new Random(seed);
            requestLimits = new RequestLimits(0, any(MAX_WAITS), 0, Duration.ofMinutes(2));
        }

        private static List<ProviderProfile> pool() {
            return List.of(provider(GROQ, 3), provider(CEREBRAS, 1));
        }

        void event() {
            int event = random.nextInt(10);
            if (event < 3) {
                int number = arrivals++;
                joins(
                        number,
                        RequestAttempts.begin(
                                any(ROUTES),
                                requestLimits.terms(random.nextInt(8) > 0, now),
                                TokenEstimate.of(any(NEEDS))));
            } else if (event < 5) {
                passes();
            } else if (event < 8) {
                ends();
            } else if (event < 9) {
                withdraws();
            } else if (!waiting.isEmpty()) {
                int number = any(List.copyOf(waiting.keySet()));
                waitQueue.leave(request(number, known(waiting, number)));
                waiting.remove(number);
                waitQueue.checkAll(keyPool, now);
                check();
            }
        }

        private void joins(int number, RequestAttempts requestAttempts) {
            waiting.put(number, requestAttempts);
            Request request = request(number, requestAttempts);
            Step.Decided step = waitQueue.join(request, keyPool, now);
            if (step != null) {
                goes(number, step);
            }
            check();
        }

        /// Moves the clock to the next wakeup, or by a random time.
        private void passes() {
            Instant next = waitQueue.nextWakeup().orElse(now.plusSeconds(random.nextInt(20)));
            now = random.nextBoolean() ? next : now.plusMillis(random.nextInt(8000));
            waitQueue.checkDue(keyPool, now);
            check();
        }

        private void ends() {
            if (attempts.isEmpty()) {
                return;
            }
            int number = any(List.copyOf(attempts.keySet()));
            Step.Attempt attempt = remove(number);
            if (random.nextInt(3) == 0) {
                keyPool.answered(
                        attempt,
                        random.nextBoolean() ? RateLimitStatus.UNKNOWN : someLeft(),
                        attempt.estimatedTokens(),
                        now);
                waitQueue.checkAll(keyPool, now);
                check();
            } else {
                Failure failure = failure();
                keyPool.failed(attempt, failure, 0, now, 0.5);
                waitQueue.checkAll(keyPool, now);
                check();
                joins(number, attempts(number).failedAt(attempt.failed(failure)));
            }
        }

        private RateLimitStatus someLeft() {
            long left = random.nextInt(1000);
            return new RateLimitStatus(
                    List.of(new Bucket("tokens", 1000L, left, Duration.ofMillis(1000 - left), true)));
        }

        private void withdraws() {
            if (attempts.isEmpty()) {
                return;
            }
            int number = any(List.copyOf(attempts.keySet()));
            Step.Attempt attempt = remove(number);
            keyPool.withdraw(attempt, attempts(number), now);
            waiting.put(number, attempts(number));
            waitQueue.rejoin(request(number, attempts(number)), keyPool, now);
            check();
        }

        private Failure failure() {
            return switch (random.nextInt(6)) {
                case 0 -> new Failure.Unavailable("down", null);
                case 1 -> new Failure.Overloaded("busy", null);
                case 2 -> new Failure.EmptyReply("nothing");
                default -> limitedFor(Duration.ofSeconds(1 + random.nextInt(15)));
            };
        }

        private void check() {
            assertEquals(waiting.size(), waitQueue.size());
            waiting.forEach((number, requestAttempts) -> {
                if (isFirstOfItsQueue(number)) {
                    Step step = Failover.next(requestAttempts, keyPool, now);
                    assertInstanceOf(Step.Wait.class, step, () -> number + " could go");
                }
            });
            waitQueue.nextWakeup().ifPresent(time -> assertTrue(time.isAfter(now)));
        }

        private Request request(int number, RequestAttempts requestAttempts) {
            return new Request(number, requestAttempts, goes);
        }

        private void goes(int number, Step step) {
            RequestAttempts requestAttempts = known(waiting, number);
            turns++;
            waiting.remove(number);
            running.put(number, requestAttempts);
            if (step instanceof Step.Attempt attempt) {
                attempts.put(number, attempt);
                if (!requestAttempts.sawOutageOf(
                        attempt.target().provider(), attempt.target().model())) {
                    waiting.headMap(number)
                            .forEach((older, waits) -> assertFalse(
                                    waits.atStart()
                                            && waits.estimate().tokens() <= attempt.estimatedTokens()
                                            && canUse(waits.route(), attempt)
                                            && isFirstOfItsQueue(older),
                                    () -> number + " overtook " + older));
                }
            }
        }

        private boolean isFirstOfItsQueue(int number) {
            WaitQueue.WaitGroup group = WaitQueue.WaitGroup.of(known(waiting, number), now);
            return waiting.headMap(number).values().stream()
                    .noneMatch(other -> WaitQueue.WaitGroup.of(other, now).equals(group));
        }

        private static boolean canUse(Route route, Step.Attempt attempt) {
            var target = attempt.target();
            RouteTarget single = route.single();
            ModelId model = single == null || single.model() == null ? TestQueue.BIG : single.model();
            return (single == null || single.provider().equals(target.provider())) && model.equals(target.model());
        }

        private Step.Attempt remove(int number) {
            Step.Attempt attempt = attempts.remove(number);
            if (attempt == null) {
                throw new AssertionError(number + " is not running");
            }
            return attempt;
        }

        private RequestAttempts attempts(int number) {
            return known(running, number);
        }

        private static RequestAttempts known(Map<Integer, RequestAttempts> map, int number) {
            RequestAttempts requestAttempts = map.get(number);
            if (requestAttempts == null) {
                throw new AssertionError("there is no " + number);
            }
            return requestAttempts;
        }

        private <E> E any(List<E> some) {
            return some.get(random.nextInt(some.size()));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void first_request_of_each_wait_group_starts_at_once_and_is_not_overtaken(long seed) {
        var world = new World(seed);
        for (int event = 0; event < EVENTS; event++) {
            world.event();
        }
        assertTrue(world.turns > EVENTS / 8, () -> "only " + world.turns + " turns");
    }

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }
}
