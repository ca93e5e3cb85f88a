package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs small and large requests against keys whose buckets hold enough for all small ones.
class WaitQueuePassingTest {

    private static final long LIMIT = 8000;
    private static final int PER_SECOND = 130;
    private static final Duration TICK = Duration.ofMillis(50);

    /// Delay between a request and the quota report in its answer.
    private static final Duration ANSWER = TICK.multipliedBy(8);

    /// Small requests take about 100 of the 520 tokens that are refilled each second.
    private static final class World extends TestQueue {

        private final Random random;
        private final Map<String, Double> levels = new HashMap<>();
        private final TreeMap<Integer, Instant> running = new TreeMap<>();
        private final Map<Integer, RateLimitStatus> left = new HashMap<>();
        private final Map<Integer, Instant> promised = new TreeMap<>();
        private int numbers;
        private int largeThatWaited;
        private int smallThatPassed;

        World(long seed) {
            super(1000, provider(GROQ, "1", "2", "3", "4"));
            random = new Random(seed);
        }

        void tick() {
            levels.replaceAll((_, level) -> Math.min(LIMIT, level + PER_SECOND * TICK.toMillis() / 1000.0));
            go(passes(TICK));
            while (!running.isEmpty() && running.firstEntry().getValue().isBefore(now.minus(ANSWER))) {
                int number = running.pollFirstEntry().getKey();
                go(answered(number, Objects.requireNonNull(left.get(number))));
            }
            if (random.nextInt(20) == 0) {
                newRequest(50 + random.nextInt(100));
            } else if (promised.isEmpty() && random.nextInt(400) == 0) {
                newRequest(7000 + random.nextInt(900));
            }
        }

        private void newRequest(long need) {
            int number = numbers++;
            boolean isLarge = need > 1000;
            go(comes(number, request(BIG_AT_GROQ, need)));
            if (isLarge && waits(number)) {
                largeThatWaited++;
                promised.put(number, readyFor(number));
            } else if (!isLarge) {
                boolean soon = promised.values().stream().anyMatch(promise -> promise.isBefore(now.plusSeconds(1)));
                assertTrue(soon || !waits(number), () -> number + " waits at " + levels);
                smallThatPassed += promised.isEmpty() ? 0 : 1;
            }
        }

        private void go(List<Integer> numbers) {
            for (int number : numbers) {
                Instant promise = promised.remove(number);
                assertTrue(
                        promise == null || !now.isAfter(promise.plus(ANSWER).plus(TICK)),
                        () -> number + " was promised " + promise + " and goes at " + now);
                double level = levels.getOrDefault(slot(number), (double) LIMIT) - need(number);
                levels.put(slot(number), level);
                left.put(number, report((long) level));
                running.put(number, now);
            }
        }

        private static RateLimitStatus report(long level) {
            Duration reset = Duration.ofMillis((LIMIT - level) * 1000 / PER_SECOND);
            return reported(new Bucket("tokens", LIMIT, level, reset, true));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void small_requests_pass_a_large_one_without_delaying_the_large_one(long seed) {
        var world = new World(seed);
        for (int tick = 0; tick < 20_000; tick++) {
            world.tick();
        }
        assertTrue(
                world.largeThatWaited > 2 && world.smallThatPassed > 20,
                () -> world.largeThatWaited + " waited, " + world.smallThatPassed + " passed");
    }
}
