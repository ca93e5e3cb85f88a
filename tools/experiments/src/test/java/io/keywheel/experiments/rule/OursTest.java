package io.keywheel.experiments.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Manners;
import io.keywheel.experiments.world.Measure;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Provider;
import io.keywheel.experiments.world.Reply;
import io.keywheel.experiments.world.Request;
import io.keywheel.experiments.world.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OursTest {

    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final Measure TOKENS =
            new Measure("Tokens per minute", "tokens-minute", Measure.Counts.TOKENS, 1_000, Duration.ofMinutes(1));

    /// Underestimated: by what it is thought to need, it would fit.
    private static final Errand ERRAND = Errand.first(new Request(0, START, 800, 10, false));

    @Test
    void the_limit_that_the_words_say_is_exceeded_is_waited_for() {
        var provider = new Provider(
                "cerebras",
                Manners.CEREBRAS,
                List.of("org_a"),
                _ -> List.of(new Window(TOKENS, START.plusSeconds(40))));
        Key key = provider.keys().getFirst();
        provider.ask(key, new Request(1, START, 500), START);
        var rule = new Ours(new Pool(List.of(provider)), Duration.ZERO, new Random(1));
        rule.next(ERRAND, START);
        Reply refusal = provider.ask(key, ERRAND.request(), START);

        rule.told(ERRAND, key, refusal, START);

        Move move = rule.next(ERRAND.failedWith(key), START).getFirst().move();
        assertEquals(
                START.plusSeconds(40), assertInstanceOf(Move.GiveUp.class, move).readyAt());
    }

    @Test
    void the_first_of_an_answer_lets_the_next_go() {
        var provider = new Provider(
                "cerebras",
                Manners.CEREBRAS,
                List.of("org_a"),
                _ -> List.of(new Window(TOKENS, START.plusSeconds(40))));
        Key key = provider.keys().getFirst();
        provider.ask(key, new Request(1, START, 500), START);
        var rule = new Ours(new Pool(List.of(provider)), Duration.ofMinutes(1), new Random(1));
        rule.next(ERRAND, START);
        rule.told(ERRAND, key, provider.ask(key, ERRAND.request(), START), START);
        var second = Errand.first(new Request(2, START, 100));
        var third = Errand.first(new Request(3, START, 100));
        rule.next(second, START);
        rule.next(third, START);
        List<Turn> onTrial = rule.due(START.plusSeconds(40));

        List<Turn> afterIt = rule.answering(second, key, START.plusSeconds(40).plusMillis(500));

        assertEquals(List.of(new Turn(second, new Move.Ask(key))), onTrial);
        assertEquals(List.of(new Turn(third, new Move.Ask(key))), afterIt);
    }
}
