package io.keywheel.experiments.strategies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.experiments.simulation.Arrivals;
import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.Provider;
import io.keywheel.experiments.simulation.Reply;
import io.keywheel.experiments.simulation.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StrategiesTest {

    private static final Instant START = Arrivals.START;
    private static final Key ONE = new Key("groq", 1, "org_a");
    private static final Key TWO = new Key("groq", 2, "org_b");
    private static final List<Key> KEYS = List.of(ONE, TWO);
    private static final Visit VISIT = Visit.first(new Request(0, START, 100, 100, false));

    /// The daily limit is exhausted, the minute limit is not.
    private static final RateLimitStatus HEADERS = new RateLimitStatus(List.of(
            new RateLimitStatus.Bucket("requests", 1_000L, 0, Duration.ofHours(3), true),
            new RateLimitStatus.Bucket("tokens", 8_000L, 7_900, Duration.ofSeconds(9), true)));

    private static final Reply LIMITED = new Reply.Failed(new Failure.RateLimited("no", null, HEADERS), HEADERS);

    private static Move next(Strategy strategy, Visit visit, Instant now) {
        return strategy.next(visit, now).getFirst();
    }

    private static Key asked(Strategy strategy, Visit visit, Instant now) {
        return assertInstanceOf(Move.Ask.class, next(strategy, visit, now)).key();
    }

    @Test
    void round_robin_takes_the_next_key_after_any_result_and_stops_after_its_attempts() {
        var strategy = Baselines.roundRobin(KEYS, 3);
        strategy.ended(VISIT, ONE, LIMITED, START);

        assertEquals(ONE, asked(strategy, VISIT, START));
        assertEquals(TWO, asked(strategy, VISIT, START));
        assertEquals(ONE, asked(strategy, VISIT, START));
        Visit tried = VISIT.failedWith(ONE).failedWith(TWO).failedWith(ONE);
        assertEquals(new Move.Refuse(tried, null), next(strategy, tried, START));
    }

    @Test
    void weighted_random_excludes_failed_keys_within_a_request_only() {
        var strategy = Baselines.weightedRandom(KEYS, new Random(1));
        strategy.ended(VISIT, ONE, LIMITED, START);

        var asked = new HashSet<Key>();
        for (int i = 0; i < 100; i++) {
            asked.add(asked(strategy, VISIT, START));
        }
        assertEquals(2, asked.size());
        assertEquals(TWO, asked(strategy, VISIT.failedWith(ONE), START));
        Visit tried = VISIT.failedWith(ONE).failedWith(TWO);
        assertEquals(new Move.Refuse(tried, null), next(strategy, tried, START));
    }

    @Test
    void fixed_cooldown_ends_on_time_and_rejections_report_its_end() {
        var strategy = Baselines.cooldown(KEYS, 3, Duration.ofSeconds(5));

        strategy.ended(VISIT, ONE, LIMITED, START);
        assertEquals(TWO, asked(strategy, VISIT, START.plusSeconds(4)));
        assertEquals(TWO, asked(strategy, VISIT, START.plusSeconds(4)));
        assertEquals(ONE, asked(strategy, VISIT, START.plusSeconds(5)));

        strategy.ended(VISIT, ONE, LIMITED, START.plusSeconds(5));
        strategy.ended(VISIT, TWO, LIMITED, START.plusSeconds(6));
        assertEquals(new Move.Refuse(VISIT, START.plusSeconds(10)), next(strategy, VISIT, START.plusSeconds(7)));
    }

    @Test
    void reset_cooldown_uses_the_longest_or_shortest_reset() {
        var maximum = Baselines.maximumReset(List.of(ONE));
        maximum.ended(VISIT, ONE, LIMITED, START);
        assertEquals(new Move.Refuse(VISIT, START.plus(Duration.ofHours(3))), next(maximum, VISIT, START));

        var minimum = Baselines.minimumReset(List.of(ONE));
        minimum.ended(VISIT, ONE, LIMITED, START);
        assertEquals(new Move.Refuse(VISIT, START.plusSeconds(9)), next(minimum, VISIT, START));
    }

    @Test
    void sticky_keeps_its_key_until_a_call_with_it_fails() {
        var strategy = Baselines.sticky(KEYS);

        assertEquals(ONE, asked(strategy, VISIT, START));
        assertEquals(ONE, asked(strategy, VISIT, START));
        strategy.ended(VISIT, ONE, LIMITED, START);
        strategy.ended(VISIT, ONE, LIMITED, START);
        assertEquals(TWO, asked(strategy, VISIT.failedWith(ONE), START));
        strategy.ended(VISIT, TWO, LIMITED, START);
        assertEquals(ONE, asked(strategy, VISIT, START));
        Visit tried = VISIT.failedWith(ONE).failedWith(TWO);
        assertEquals(new Move.Refuse(tried, null), next(strategy, tried, START));
    }

    @Test
    void conversation_hash_selects_the_key_and_the_next_one_after_a_failure() {
        var strategy = Baselines.conversationHash(KEYS);
        var asked = new HashSet<Key>();
        for (long conversation = 1; conversation < 20; conversation++) {
            Visit visit = Visit.first(new Request(0, START, 100, 100, true, conversation, 50));
            Key key = asked(strategy, visit, START);
            asked.add(key);

            assertEquals(key, asked(strategy, visit, START));
            assertEquals(key.equals(ONE) ? TWO : ONE, asked(strategy, visit.failedWith(key), START));
            Visit tried = visit.failedWith(ONE).failedWith(TWO);
            assertEquals(new Move.Refuse(tried, null), next(strategy, tried, START));
        }
        assertEquals(2, asked.size());
    }

    @Test
    void oracle_queues_requests_in_order_until_a_key_has_quota() {
        Provider groq = Provider.groq(List.of("org_a"), START);
        groq.ask(groq.keys.getFirst(), new Request(9, START, 8_000, 0, false), START);
        var oracle = new Oracle(Pool.of(groq), Duration.ofMinutes(1));
        Visit second = Visit.first(new Request(1, START, 4, 0, false));

        assertEquals(List.of(), oracle.next(VISIT, START));
        assertEquals(List.of(), oracle.next(second, START));
        Instant wakeup = oracle.nextWakeup().orElseThrow();
        assertEquals(List.of(new Move.Ask(VISIT, groq.keys.getFirst())), oracle.due(wakeup));
    }
}
