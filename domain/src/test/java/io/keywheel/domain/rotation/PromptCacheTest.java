package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Measures prompt cache hits of chats with several turns, and how evenly keys are used.
///
/// Each group has its own cache, which keeps a prompt for five minutes.
class PromptCacheTest extends PoolFixture {

    private static final int KEYS = 5;
    private static final Duration CACHED = Duration.ofMinutes(5);
    private static final double SECONDS_BETWEEN_TURNS = 30;

    /// @param turn from 1; its prompt is as long as all turns so far
    private record Turn(Instant at, long conversation, int turn) {}

    private record Cached(int turns, Instant until) {}

    private record Figures(double hitRate, double spread) {

        /// @param keyOf the index of the selected key, from 0
        static Figures of(List<Turn> turns, ToIntFunction<Turn> keyOf) {
            var caches = new HashMap<List<Long>, Cached>();
            int[] shares = new int[KEYS];
            long hits = 0;
            long all = 0;
            for (Turn turn : turns) {
                int key = keyOf.applyAsInt(turn);
                shares[key]++;
                Cached cached = caches.put(
                        List.of((long) key, turn.conversation()),
                        new Cached(turn.turn(), turn.at().plus(CACHED)));
                hits += cached != null && turn.at().isBefore(cached.until()) ? cached.turns() : 0;
                all += turn.turn();
            }
            double least = Arrays.stream(shares).min().orElseThrow();
            return new Figures((double) hits / all, Arrays.stream(shares).max().orElseThrow() / least);
        }
    }

    private static Figures withAffinity(List<Turn> turns) {
        var pool = new TestPool(provider(GROQ, "a", "b", "c", "d", "e"));
        return Figures.of(turns, turn -> {
            pool.now = turn.at();
            Step.Attempt attempt = pool.attempt(pool.request(groqs(BIG)).inConversation(turn.conversation()));
            pool.answered(attempt);
            pool.keyPool.preferGroup(turn.conversation(), attempt, pool.now.plus(CACHED));
            return attempt.target().key().slot().ordinal() - 1;
        });
    }

    /// For an hour; each chat has from 1 to 19 turns.
    private static List<Turn> turns(int active, Random random) {
        var turns = new ArrayList<Turn>();
        double secondsBetweenChats = 10 * SECONDS_BETWEEN_TURNS / active;
        long conversation = 1;
        for (double begin = 0; begin < 3600; begin += random.nextExponential() * secondsBetweenChats) {
            double at = begin;
            for (int turn = 1, last = 1 + random.nextInt(19); turn <= last; turn++) {
                turns.add(new Turn(START.plusMillis((long) (1000 * at)), conversation, turn));
                at += random.nextExponential() * SECONDS_BETWEEN_TURNS;
            }
            conversation++;
        }
        turns.sort(Comparator.comparing(Turn::at));
        return turns;
    }

    @ParameterizedTest(name = "{0} chats at once")
    @ValueSource(ints = {10, 30, 100})
    void affinity_reaches_80_percent_of_single_key_cache_hits_and_balances_keys(int active) {
        List<Turn> turns = turns(active, new Random(1));
        Figures oneKey = Figures.of(turns, _ -> 0);
        Figures affinity = withAffinity(turns);
        String figures = affinity + ", with one key " + oneKey;

        assertTrue(affinity.hitRate() >= 0.8 * oneKey.hitRate(), figures);
        assertTrue(affinity.spread() <= 1.5, figures);
    }
}
