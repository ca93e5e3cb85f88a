package io.keywheel.experiments.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.experiments.world.Gauge;
import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Reply;
import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RulesTest {

    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final Key ONE = new Key("groq", 1, "org_a");
    private static final Key TWO = new Key("groq", 2, "org_b");
    private static final List<Key> KEYS = List.of(ONE, TWO);
    private static final Errand ERRAND = Errand.first(new Request(0, START, 100));

    /// The day is used up, the minute is not.
    private static final Reply LIMITED = new Reply.Limited(
            "no",
            null,
            null,
            true,
            List.of(
                    new Gauge("requests", 1_000, 0, Duration.ofHours(3), true),
                    new Gauge("tokens", 8_000, 7_900, Duration.ofSeconds(9), true)),
            null,
            0);

    private static Move move(Rule rule, Errand errand, Instant now) {
        return rule.next(errand, now).getFirst().move();
    }

    private static Move.Ask ask(Key key) {
        return new Move.Ask(key);
    }

    @Test
    void plain_round_robin_takes_the_next_key_whatever_happened() {
        var rule = new RoundRobin(KEYS, 3);
        rule.told(ERRAND, ONE, LIMITED, START);

        assertEquals(ask(ONE), move(rule, ERRAND, START));
        assertEquals(ask(TWO), move(rule, ERRAND, START));
        assertEquals(ask(ONE), move(rule, ERRAND, START));
    }

    @Test
    void plain_round_robin_gives_up_after_its_attempts() {
        Errand tried = ERRAND.failedWith(ONE).failedWith(TWO).failedWith(ONE);

        assertEquals(new Move.GiveUp(null), move(new RoundRobin(KEYS, 3), tried, START));
    }

    @Test
    void weighted_random_asks_no_key_twice_for_one_request() {
        var rule = new WeightedRandom(KEYS, new Random(1));

        assertEquals(ask(TWO), move(rule, ERRAND.failedWith(ONE), START));
        assertEquals(new Move.GiveUp(null), move(rule, ERRAND.failedWith(ONE).failedWith(TWO), START));
    }

    @Test
    void weighted_random_forgets_with_the_request() {
        var rule = new WeightedRandom(KEYS, new Random(1));
        rule.told(ERRAND, ONE, LIMITED, START);
        var asked = new HashSet<Move>();
        for (int i = 0; i < 100; i++) {
            asked.add(move(rule, ERRAND, START));
        }

        assertEquals(2, asked.size());
    }

    @Test
    void a_fixed_cooldown_ends_after_its_time() {
        var rule = new FixedCooldown(KEYS, 3, Duration.ofSeconds(5));
        rule.told(ERRAND, ONE, LIMITED, START);

        assertEquals(ask(TWO), move(rule, ERRAND, START.plusSeconds(4)));
        assertEquals(ask(TWO), move(rule, ERRAND, START.plusSeconds(4)));
        assertEquals(ask(ONE), move(rule, ERRAND, START.plusSeconds(5)));
    }

    @Test
    void a_cooldown_rule_says_when_the_first_key_is_back() {
        var rule = new FixedCooldown(KEYS, 3, Duration.ofSeconds(5));
        rule.told(ERRAND, ONE, LIMITED, START);
        rule.told(ERRAND, TWO, LIMITED, START.plusSeconds(1));

        assertEquals(new Move.GiveUp(START.plusSeconds(5)), move(rule, ERRAND, START.plusSeconds(2)));
    }

    @Test
    void the_maximum_reset_is_that_of_the_day() {
        var rule = ResetCooldown.byMaximum(List.of(ONE));
        rule.told(ERRAND, ONE, LIMITED, START);

        assertEquals(new Move.GiveUp(START.plus(Duration.ofHours(3))), move(rule, ERRAND, START));
    }

    @Test
    void the_minimum_reset_is_that_of_the_minute() {
        var rule = ResetCooldown.byMinimum(List.of(ONE));
        rule.told(ERRAND, ONE, LIMITED, START);

        assertEquals(new Move.GiveUp(START.plusSeconds(9)), move(rule, ERRAND, START));
    }
}
