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

import io.keywheel.domain.failover.WaitingLine.Turn;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The line against its own definition, by asking everybody in it after each event.
class WaitingLinePropertyTest {

    private static final int EVENTS = 400;
    private static final List<Route> ROUTES = List.of(ANY, GROQS_DEFAULT, BIG_AT_GROQ, SMALL_AT_GROQ);
    private static final List<Long> NEEDS = List.of(1L, 1L, 300L, 900L);
    private static final List<Duration> PATIENCE =
            List.of(Duration.ZERO, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(3));

    private static final class World {

        private final Random random;
        private final Limits limits;
        private final Wheel wheel = new Wheel(pool());
        private final WaitingLine<Integer> line = new WaitingLine<>(Integer.MAX_VALUE);
        private final TreeMap<Integer, Journey> waiting = new TreeMap<>();
        private final Map<Integer, Journey> journeys = new HashMap<>();
        private final Map<Integer, Step.Attempt> out = new TreeMap<>();
        private Instant now = START;
        private int comers;
        private int gone;

        World(long seed) {
            random = new Random(seed);
            limits = new Limits(0, any(PATIENCE), 0, Duration.ofMinutes(2));
        }

        private static List<ProviderProfile> pool() {
            return List.of(provider(GROQ, 3), provider(CEREBRAS, 1));
        }

        void live() {
            int event = random.nextInt(10);
            if (event < 3) {
                int who = comers++;
                joins(who, Journey.begin(any(ROUTES), limits.terms(random.nextInt(8) > 0, now), any(NEEDS)));
            } else if (event < 5) {
                passes();
            } else if (event < 8) {
                comesBack();
            } else if (event < 9) {
                givesBack();
            } else if (!waiting.isEmpty()) {
                int who = any(List.copyOf(waiting.keySet()));
                waiting.remove(who);
                line.leave(who);
                check(line.reported(wheel, now));
            }
        }

        private void joins(int who, Journey journey) {
            waiting.put(who, journey);
            check(line.join(who, who, journey, wheel, now));
        }

        /// To the next moment that matters, or somewhere before or beyond it.
        private void passes() {
            Instant next = line.nextMoment().orElse(now.plusSeconds(random.nextInt(20)));
            now = random.nextBoolean() ? next : now.plusMillis(random.nextInt(8000));
            check(line.due(wheel, now));
        }

        private void comesBack() {
            if (out.isEmpty()) {
                return;
            }
            int who = any(List.copyOf(out.keySet()));
            Step.Attempt attempt = remove(who);
            if (random.nextInt(3) == 0) {
                wheel.answered(attempt, random.nextBoolean() ? Allowance.UNKNOWN : someLeft(), now);
                check(line.reported(wheel, now));
            } else {
                Failure failure = failure();
                wheel.failed(attempt, failure, now, 0.5);
                check(line.reported(wheel, now));
                joins(who, journey(who).failedAt(attempt.failed(failure)));
            }
        }

        private Allowance someLeft() {
            long left = random.nextInt(1000);
            return new Allowance(List.of(new Bucket("tokens", 1000L, left, Duration.ofMillis(1000 - left), true)));
        }

        private void givesBack() {
            if (out.isEmpty()) {
                return;
            }
            int who = any(List.copyOf(out.keySet()));
            Step.Attempt attempt = remove(who);
            wheel.withdraw(attempt, journey(who), now);
            waiting.put(who, journey(who));
            check(line.rejoin(who, who, journey(who), wheel, now));
        }

        private Failure failure() {
            return switch (random.nextInt(6)) {
                case 0 -> new Failure.Unavailable("down", null);
                case 1 -> new Failure.Overloaded("busy", null);
                case 2 -> new Failure.EmptyReply("nothing");
                default -> limitedFor(Duration.ofSeconds(1 + random.nextInt(15)));
            };
        }

        private void check(List<Turn<Integer>> turns) {
            turns.forEach(turn -> goes(turn.who(), turn.step()));
            assertEquals(waiting.size(), line.size());
            waiting.forEach((who, journey) -> {
                if (isFirstOfItsQueue(who)) {
                    Step step = Failover.next(journey, wheel, now);
                    assertInstanceOf(Step.Wait.class, step, () -> who + " could go");
                }
            });
            line.nextMoment().ifPresent(moment -> assertTrue(moment.isAfter(now)));
            gone += turns.size();
        }

        private void goes(int who, Step.Decided step) {
            Journey journey = journeyIn(waiting, who);
            waiting.remove(who);
            journeys.put(who, journey);
            if (step instanceof Step.Attempt attempt) {
                out.put(who, attempt);
                if (!journey.isBruisedBy(attempt.target().provider())) {
                    waiting.headMap(who)
                            .forEach((older, waits) -> assertFalse(
                                    waits.atStart()
                                            && waits.need() <= attempt.need()
                                            && canUse(waits.route(), attempt)
                                            && isFirstOfItsQueue(older),
                                    () -> who + " overtook " + older));
                }
            }
        }

        private boolean isFirstOfItsQueue(int who) {
            Want want = Want.of(journeyIn(waiting, who));
            return waiting.headMap(who).values().stream()
                    .noneMatch(other -> Want.of(other).equals(want));
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

        private Journey journey(int who) {
            return journeyIn(journeys, who);
        }

        private static Journey journeyIn(Map<Integer, Journey> map, int who) {
            Journey journey = map.get(who);
            if (journey == null) {
                throw new AssertionError("there is no " + who);
            }
            return journey;
        }

        private <E> E any(List<E> some) {
            return some.get(random.nextInt(some.size()));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void the_first_of_a_queue_goes_as_soon_as_it_can_and_is_not_overtaken(long seed) {
        var world = new World(seed);
        for (int event = 0; event < EVENTS; event++) {
            world.live();
        }
        assertTrue(world.gone > EVENTS / 8, () -> "only " + world.gone + " went");
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }
}
