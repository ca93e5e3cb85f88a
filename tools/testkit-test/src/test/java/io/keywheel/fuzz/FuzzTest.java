package io.keywheel.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzTest {

    private static final List<String> SAMPLES = List.of("{\"a\": 1}", "b=2");

    @Test
    void same_seeds_produce_the_same_inputs() {
        assertEquals(inputs(), inputs());
    }

    @Test
    void most_inputs_are_different_and_some_are_long() {
        List<String> inputs = inputs();

        assertTrue(new HashSet<>(inputs).size() > inputs.size() * 3 / 4, "many are the same");
        assertTrue(inputs.stream().anyMatch(input -> input.length() > 2_000), "none is long");
        assertTrue(inputs.stream().anyMatch(input -> input.contains("\"a\"")), "nothing is left of the samples");
    }

    @Test
    void failing_input_is_reported_with_its_seed() {
        var failure = assertThrows(
                AssertionError.class,
                () -> Fuzz.run(SAMPLES, input -> {
                    throw new IllegalStateException("no");
                }));

        assertTrue(String.valueOf(failure.getMessage()).startsWith("fails on seed 0, "), failure.getMessage());
    }

    @Test
    void parser_allocating_too_much_memory_fails() {
        var greed = new ArrayList<byte[]>();

        assertThrows(AssertionError.class, () -> Fuzz.run(SAMPLES, input -> greed.add(new byte[16 << 20])));
    }

    @Test
    void parser_using_too_much_cpu_time_fails() {
        assertThrows(
                AssertionError.class,
                () -> Fuzz.runBytes(List.of(new byte[] {1}), Duration.ofMillis(50), input -> spin()));
    }

    private static void spin() {
        long end = System.nanoTime() + 10_000_000_000L;
        var threads = ManagementFactory.getThreadMXBean();
        long used = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - used < 55_000_000L && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static List<String> inputs() {
        var inputs = new ArrayList<String>();
        Fuzz.run(SAMPLES, input -> inputs.add(new String(input, StandardCharsets.ISO_8859_1)));
        return inputs;
    }
}
