package io.keywheel.domain.failover;

import static io.keywheel.domain.failover.Queue.ANY;
import static io.keywheel.domain.failover.Queue.BIG_AT_GROQ;
import static io.keywheel.domain.failover.Queue.CEREBRAS;
import static io.keywheel.domain.failover.Queue.GROQ;
import static io.keywheel.domain.failover.Queue.GROQS_DEFAULT;
import static io.keywheel.domain.failover.Queue.SMALL_AT_GROQ;
import static io.keywheel.domain.failover.Queue.START;
import static io.keywheel.domain.failover.Queue.limitedFor;
import static io.keywheel.domain.failover.Queue.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Queue.Waiting;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares the queue with its definition, by asking for each waiting request after each event.
class WaitQueuePropertyTest {

    private static final int EVENTS = 400;
    private static final List<Route> ROUTES = List.of(ANY, GROQS_DEFAULT, BIG_AT_GROQ, SMALL_AT_GROQ);
    private static final List<Long> NEEDS = List.of(1L, 1L, 300L, 900L);
    private static final List<Duration> PATIENCE =
            List.of(Duration.ZERO, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(3));

    private static final class World {

        private final Random random;
        private final RequestLimits requestLimits;
        private final KeyPool keyPool = new KeyPool(pool());
        private final WaitQueue line = new WaitQueue(Integer.MAX_VALUE);
        private final BiConsumer<Integer, Step> goes = this::goes;
        private final TreeMap<Integer, RequestAttempts> waiting = new TreeMap<>();
        private final Map<Integer, RequestAttempts> requestAttemptss = new HashMap<>();
        private final Map<Integer, Step.Attempt> out = new TreeMap<>();
        private Instant now = START;
        private int comers;
        private int gone;

        World(long seed) {
            random = new Random(seed);
            requestLimits = new RequestLimits(0, any(PATIENCE), 0, Duration.ofMinutes(2));
        }

        private static List<ProviderProfile> pool() {
            return List.of(provider(GROQ, 3), provider(CEREBRAS, 1));
        }

        void live() {
            int event = random.nextInt(10);
            if (event < 3) {
                int who = comers++;
                joins(
                        who,
                        RequestAttempts.begin(
                                any(ROUTES), requestLimits.terms(random.nextInt(8) > 0, now), any(NEEDS)));
            } else if (event < 5) {
                passes();
            } else if (event < 8) {
                comesBack();
            } else if (event < 9) {
                givesBack();
            } else if (!waiting.isEmpty()) {
                int who = any(List.copyOf(waiting.keySet()));
                line.leave(request(who, journeyIn(waiting, who)));
                waiting.remove(who);
                line.reported(keyPool, now);
                check();
            }
        }

        private void joins(int who, RequestAttempts requestAttempts) {
            waiting.put(who, requestAttempts);
            Waiting request = request(who, requestAttempts);
            Step.Decided step = line.join(request, keyPool, now);
            if (step != null) {
                goes(who, step);
            }
            check();
        }

        /// To the next moment that matters, or somewhere before or beyond it.
        private void passes() {
            Instant next = line.nextWakeup().orElse(now.plusSeconds(random.nextInt(20)));
            now = random.nextBoolean() ? next : now.plusMillis(random.nextInt(8000));
            line.due(keyPool, now);
            check();
        }

        private void comesBack() {
            if (out.isEmpty()) {
                return;
            }
            int who = any(List.copyOf(out.keySet()));
            Step.Attempt attempt = remove(who);
            if (random.nextInt(3) == 0) {
                keyPool.answered(attempt, random.nextBoolean() ? RateLimitStatus.UNKNOWN : someLeft(), now);
                line.reported(keyPool, now);
                check();
            } else {
                Failure failure = failure();
                keyPool.failed(attempt, failure, now, 0.5);
                line.reported(keyPool, now);
                check();
                joins(who, journey(who).failedAt(attempt.failed(failure)));
            }
        }

        private RateLimitStatus someLeft() {
            long left = random.nextInt(1000);
            return new RateLimitStatus(
                    List.of(new Bucket("tokens", 1000L, left, Duration.ofMillis(1000 - left), true)));
        }

        private void givesBack() {
            if (out.isEmpty()) {
                return;
            }
            int who = any(List.copyOf(out.keySet()));
            Step.Attempt attempt = remove(who);
            keyPool.withdraw(attempt, journey(who), now);
            waiting.put(who, journey(who));
            line.rejoin(request(who, journey(who)), keyPool, now);
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
            assertEquals(waiting.size(), line.size());
            waiting.forEach((who, requestAttempts) -> {
                if (isFirstOfItsQueue(who)) {
                    Step step = Failover.next(requestAttempts, keyPool, now);
                    assertInstanceOf(Step.Wait.class, step, () -> who + " could go");
                }
            });
            line.nextWakeup().ifPresent(moment -> assertTrue(moment.isAfter(now)));
        }

        private Waiting request(int who, RequestAttempts requestAttempts) {
            return new Waiting(who, requestAttempts, goes);
        }

        private void goes(int who, Step step) {
            RequestAttempts requestAttempts = journeyIn(waiting, who);
            gone++;
            waiting.remove(who);
            requestAttemptss.put(who, requestAttempts);
            if (step instanceof Step.Attempt attempt) {
                out.put(who, attempt);
                if (!requestAttempts.sawOutageOf(attempt.target().provider())) {
                    waiting.headMap(who)
                            .forEach((older, waits) -> assertFalse(
                                    waits.atStart()
                                            && waits.estimatedTokens() <= attempt.estimatedTokens()
                                            && canUse(waits.route(), attempt)
                                            && isFirstOfItsQueue(older),
                                    () -> who + " overtook " + older));
                }
            }
        }

        private boolean isFirstOfItsQueue(int who) {
            WaitQueue.Want want = WaitQueue.Want.of(journeyIn(waiting, who));
            return waiting.headMap(who).values().stream()
                    .noneMatch(other -> WaitQueue.Want.of(other).equals(want));
        }

        private static boolean canUse(Route route, Step.Attempt attempt) {
            var target = attempt.target();
            return switch (route) {
                case Route.NamedModel(var provider, var model) ->
                    provider.equals(target.provider()) && model.equals(target.model());
                case Route.DefaultModels(var only) ->
                    (only == null || only.equals(target.provider()))
                            && target.model().equals(Queue.BIG);
            };
        }

        private Step.Attempt remove(int who) {
            Step.Attempt attempt = out.remove(who);
            if (attempt == null) {
                throw new AssertionError(who + " is not out");
            }
            return attempt;
        }

        private RequestAttempts journey(int who) {
            return journeyIn(requestAttemptss, who);
        }

        private static RequestAttempts journeyIn(Map<Integer, RequestAttempts> map, int who) {
            RequestAttempts requestAttempts = map.get(who);
            if (requestAttempts == null) {
                throw new AssertionError("there is no " + who);
            }
            return requestAttempts;
        }

        private <E> E any(List<E> some) {
            return some.get(random.nextInt(some.size()));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void first_request_of_a_group_goes_as_soon_as_it_can_and_is_not_overtaken(long seed) {
        var world = new World(seed);
        for (int event = 0; event < EVENTS; event++) {
            world.live();
        }
        assertTrue(world.gone > EVENTS / 8, () -> "only " + world.gone + " went");
    }

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }
}
