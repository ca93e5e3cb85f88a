package io.keywheel.experiments.strategies;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.experiments.simulation.Arrivals;
import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.Provider;
import io.keywheel.experiments.simulation.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The minute limit of the only organisation is exhausted.
class KeywheelStrategyTest {

    private static final Instant START = Arrivals.START;
    /// Its estimate is below its real size, so it appears to fit.
    private static final Visit VISIT = Visit.first(new Request(0, START, 800, 10, false));

    private final Provider cerebras = Provider.cerebras(List.of("org_a"), START, START.plus(Provider.DAY));
    private final Key key = cerebras.keys.getFirst();

    @BeforeEach
    void use_up_the_minute() {
        cerebras.ask(key, new Request(1, START, 59_500, 0, false), START);
    }

    private Instant minuteEnds() {
        return START.plus(cerebras.limits("org_a").getLast().until(800, START));
    }

    private KeywheelStrategy afterRefusal(Duration maxWait) {
        var strategy = new KeywheelStrategy(Pool.of(cerebras), maxWait, new Random(1), Duration.ZERO);
        strategy.next(VISIT, START);
        strategy.ended(VISIT, key, cerebras.ask(key, VISIT.request(), START), START);
        return strategy;
    }

    @Test
    void rejected_request_gets_the_end_of_the_limit() {
        Visit tried = VISIT.failedWith(key);

        assertEquals(
                List.of(new Move.Refuse(tried, minuteEnds())),
                afterRefusal(Duration.ZERO).next(tried, START));
    }

    @Test
    void first_content_of_a_probe_admits_the_next_request() {
        var strategy = afterRefusal(Duration.ofMinutes(1));
        var second = Visit.first(new Request(2, START, 100, 100, true));
        var third = Visit.first(new Request(3, START, 100, 100, false));
        strategy.next(second, START);
        strategy.next(third, START);

        assertEquals(List.of(new Move.Ask(second, key)), strategy.due(minuteEnds()));
        assertEquals(
                List.of(new Move.Ask(third, key)),
                strategy.answering(second, key, minuteEnds().plusMillis(500)));
    }
}
