package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {

    private static final Probes.Result ANSWERED = new Probes.Result(10, 0, 5);

    private final Latencies alone = new Latencies();
    private final Latencies beside = new Latencies();

    @Test
    void a_p99_of_three_times_that_alone_is_good() {
        alone.add(Duration.ofMillis(100));
        beside.add(Duration.ofMillis(300));

        assertTrue(findings(ANSWERED, List.of()).isGood());
    }

    @Test
    void a_p99_of_more_than_three_times_that_alone_is_not_good() {
        alone.add(Duration.ofMillis(100));
        beside.add(Duration.ofMillis(301));

        assertFalse(findings(ANSWERED, List.of()).isGood());
    }

    @Test
    void a_run_without_hostile_clients_has_no_slowdown() {
        alone.add(Duration.ofMillis(100));

        assertTrue(findings(ANSWERED, List.of()).isGood());
    }

    @Test
    void one_failed_probe_is_not_good() {
        assertFalse(findings(new Probes.Result(10, 1, 5), List.of()).isGood());
    }

    @Test
    void a_key_out_of_turn_is_not_good() {
        assertFalse(findings(ANSWERED, List.of("groq/1 is out of turn")).isGood());
    }

    private Findings findings(Probes.Result probes, List<String> remains) {
        return new Findings(Options.parse(List.of()), alone, beside, probes, remains);
    }
}
