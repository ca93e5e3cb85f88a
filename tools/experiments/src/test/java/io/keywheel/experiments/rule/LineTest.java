package io.keywheel.experiments.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Request;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineTest {

    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final Key KEY = new Key("groq", 1, "org_a");
    private static final Errand FIRST = Errand.first(new Request(0, START, 100));
    private static final Errand SECOND = Errand.first(new Request(1, START, 100));

    private final Line line = new Line();

    @Test
    void whoever_came_first_goes_first() {
        line.join(SECOND);
        line.join(FIRST);

        List<Turn> turns = line.move(_ -> new Move.Ask(KEY), START);

        assertEquals(List.of(new Turn(FIRST, new Move.Ask(KEY))), turns);
        assertEquals(Optional.of(START), line.nextMoment(), "there is another");
    }

    @Test
    void whoever_has_to_wait_is_looked_at_when_it_said_so() {
        line.join(FIRST);

        assertEquals(List.of(), line.move(_ -> new Move.Wait(START.plusSeconds(3)), START));
        assertEquals(Optional.of(START.plusSeconds(3)), line.nextMoment());
    }

    @Test
    void whoever_has_tried_something_else_is_not_held_up() {
        Errand tried = SECOND.failedWith(KEY);
        line.join(FIRST);
        line.join(tried);

        List<Turn> turns = line.move(
                errand -> errand.equals(tried) ? new Move.GiveUp(null) : new Move.Wait(START.plusSeconds(3)), START);

        assertEquals(List.of(new Turn(tried, new Move.GiveUp(null))), turns);
    }
}
