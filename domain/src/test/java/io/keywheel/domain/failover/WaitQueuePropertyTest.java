package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.WaitQueue.WaitGroup;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares the queue with `Failover.next` of each waiting request after each random event.
class WaitQueuePropertyTest {

    private static final int EVENTS = 400;

    private static final class World extends TestQueue {

        private static final List<Route> ROUTES = List.of(ANY, GROQS_DEFAULT, BIG_AT_GROQ, SMALL_AT_GROQ);
        private static final List<Long> NEEDS = List.of(1L, 1L, 300L, 900L);
        private static final List<Duration> MAX_WAITS =
                List.of(Duration.ZERO, Duration.ofSeconds(10), A_MINUTE, Duration.ofMinutes(3));

        private final Random random;
        private final RequestLimits requestLimits;
        private final TreeMap<Integer, RequestAttempts> waiting = new TreeMap<>();
        private final TreeSet<Integer> running = new TreeSet<>();
        private final boolean someLeave;
        private int arrivals;
        private int turns;

        /// How many requests may still go before older ones.
        private int abandoned;

        World(long seed) {
            super(Integer.MAX_VALUE, provider(GROQ, "1", "2", "3"), provider(CEREBRAS, "1"));
            random = new Random(seed);
            someLeave = seed % 2 == 1;
            requestLimits = new RequestLimits(0, any(MAX_WAITS), 0, Duration.ofMinutes(2), Duration.ZERO);
        }

        void event() {
            int event = random.nextInt(10);
            if (event < 3) {
                RequestTerms terms = requestLimits.terms(random.nextInt(8) > 0, now);
                joins(arrivals++, RequestAttempts.begin(any(ROUTES), terms, TokenEstimate.of(any(NEEDS))));
            } else if (event < 5) {
                // Moves the clock to the next wakeup, or by a random time.
                Instant next = waitQueue.nextWakeup().orElse(now.plusSeconds(random.nextInt(20)));
                Instant time = random.nextBoolean() ? next : now.plusMillis(random.nextInt(8000));
                go(passes(Duration.between(now, time)));
            } else if (event < 8 && !running.isEmpty()) {
                end(takeAnyOf(running));
            } else if (event == 8 && !running.isEmpty()) {
                int number = takeAnyOf(running);
                waiting.put(number, attempts(number));
                go(withdraws(number));
            } else if (event == 9 && !waiting.isEmpty()) {
                int number = takeAnyOf(waiting.keySet());
                go(leaves(number));
            }
        }

        private void joins(int number, RequestAttempts requestAttempts) {
            waiting.put(number, requestAttempts);
            go(comes(number, requestAttempts));
        }

        private void end(int number) {
            if (someLeave && random.nextInt(5) == 0) {
                abandoned++;
                go(ends(number, new Failure.Cancelled()));
                return;
            }
            if (random.nextInt(3) == 0) {
                go(answered(number, random.nextBoolean() ? RateLimitStatus.UNKNOWN : someLeft()));
                return;
            }
            Failure failure = failure();
            go(ends(number, failure));
            joins(number, attempts(number).withFailure(attempt(number).failed(failure)));
        }

        private RateLimitStatus someLeft() {
            long left = random.nextInt(1000);
            return reported(new Bucket("tokens", 1000L, left, Duration.ofMillis(1000 - left), true));
        }

        private Failure failure() {
            return switch (random.nextInt(6)) {
                case 0 -> new Failure.Unavailable("down", null);
                case 1 -> new Failure.Overloaded("busy", null);
                case 2 -> new Failure.EmptyReply("nothing");
                default -> limited(Duration.ofSeconds(1 + random.nextInt(15)));
            };
        }

        /// Checks the requests that got their step, in their order, and those that still wait.
        private void go(List<Integer> numbers) {
            for (int number : numbers) {
                turns++;
                RequestAttempts requestAttempts = Objects.requireNonNull(waiting.remove(number));
                if (step(number) instanceof Step.Attempt attempt) {
                    running.add(number);
                    checkOrder(number, requestAttempts, attempt);
                }
            }
            assertEquals(waiting.size(), waitQueue.size());
            waiting.forEach((number, requestAttempts) -> {
                if (isFirstOfItsQueue(number)) {
                    Step step = Failover.next(requestAttempts, keyPool, now);
                    assertInstanceOf(Step.Wait.class, step, () -> number + " could go");
                }
            });
            waitQueue.nextWakeup().ifPresent(time -> assertTrue(time.isAfter(now)));
        }

        private void checkOrder(int number, RequestAttempts requestAttempts, Step.Attempt attempt) {
            if (!requestAttempts.sawOutageOfProvider(
                    attempt.target().provider(), attempt.target().model())) {
                waiting.headMap(number).forEach((older, waits) -> {
                    boolean overtaken = waits.atStart()
                            && waits.estimate().tokens() <= attempt.estimatedTokens()
                            && canUse(waits.route(), attempt)
                            && isFirstOfItsQueue(older);
                    assertTrue(!overtaken || abandoned-- > 0, () -> number + " overtook " + older);
                });
            }
        }

        private boolean isFirstOfItsQueue(int number) {
            WaitGroup group = WaitGroup.of(Objects.requireNonNull(waiting.get(number)));
            return waiting.headMap(number).values().stream()
                    .noneMatch(other -> WaitGroup.of(other).equals(group));
        }

        private static boolean canUse(Route route, Step.Attempt attempt) {
            var target = attempt.target();
            RouteTarget single = route.single();
            ModelId model = single == null || single.model() == null ? BIG : single.model();
            return (single == null || single.provider().equals(target.provider())) && model.equals(target.model());
        }

        private int takeAnyOf(Collection<Integer> numbers) {
            int number = any(List.copyOf(numbers));
            numbers.remove(number);
            return number;
        }

        private <E> E any(List<E> some) {
            return some.get(random.nextInt(some.size()));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void first_request_of_each_wait_group_starts_immediately_and_is_not_overtaken(long seed) {
        var world = new World(seed);
        for (int event = 0; event < EVENTS; event++) {
            world.event();
        }
        assertTrue(world.turns > EVENTS / 8, () -> "only " + world.turns + " turns");
    }

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }
}
