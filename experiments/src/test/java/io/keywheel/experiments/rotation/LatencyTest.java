package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyTest {

    private final Latency latency = new Latency(new Random(1), Pace.USUAL.refusingAfter(Duration.ofSeconds(1)));

    @Test
    void a_refusal_takes_its_time_or_up_to_twice_as_long() {
        for (int i = 0; i < 100; i++) {
            Duration time = latency.of(new Reply.Limited("no", null, null, true, List.of(), null));

            assertTrue(time.toMillis() >= 1_000 && time.toMillis() <= 2_000, time::toString);
        }
    }
}
