package io.keywheel.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String line) throws IOException {
        return Main.run(
                List.of(line.split(" ")),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void one_scenario_is_printed() throws IOException {
        assertEquals(0, run("rotation --scenario burst --seed 2"));

        assertTrue(out.toString(StandardCharsets.UTF_8).contains("| Keywheel | "), out::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "alchemy", "rotation --seed", "rotation --seed x", "rotation --loud", "rotation --scenario x"
            })
    void what_it_does_not_understand_it_says(String line) throws IOException {
        assertEquals(2, run(line));

        assertTrue(err.toString(StandardCharsets.UTF_8).length() > 10, err::toString);
    }
}
