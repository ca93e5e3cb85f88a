package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyTest {

    private final Latency latency = new Latency(new Random(1), Pace.USUAL.refusingAfter(Duration.ofSeconds(1)));

    @Test
    void a_refusal_takes_its_time_or_up_to_twice_as_long() {
        for (int i = 0; i < 100; i++) {
            Duration time = latency.of(new Reply.Limited("no", null, null, true, List.of(), null, 0));

            assertTrue(time.toMillis() >= 1_000 && time.toMillis() <= 2_000, time::toString);
        }
    }

    @Test
    void an_answer_takes_as_long_as_it_is_said_to_in_the_median() {
        var slow = new Latency(new Random(1), Pace.USUAL.answeringAfter(Duration.ofSeconds(10)));

        List<Duration> times = IntStream.range(0, 1_001)
                .mapToObj(_ -> slow.of(new Reply.Answered(List.of())))
                .sorted()
                .toList();

        assertEquals(10, (double) times.get(500).toMillis() / 1000, 0.5);
    }
}
