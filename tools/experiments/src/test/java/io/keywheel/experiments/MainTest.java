package io.keywheel.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String line) {
        return Main.run(
                List.of(line.split(" ")),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void one_scenario_is_printed() {
        assertEquals(0, run("rotation --scenario burst --seed 2"));

        assertTrue(out.toString(StandardCharsets.UTF_8).contains("| Keywheel | "), out::toString);
    }

    @Test
    void one_scenario_is_printed_wherever_the_launcher_has_the_page() {
        assertEquals(0, run("rotation --out docs --scenario burst"));
    }

    @Test
    void whoever_asks_for_help_is_told_the_scenarios() {
        assertEquals(0, run("rotation --help"));

        assertTrue(out.toString(StandardCharsets.UTF_8).contains("overload-small-windows, "), out::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alchemy",
                "rotation --seed",
                "rotation --seed x",
                "rotation --loud",
                "rotation --scenario x",
                "rotation --seed 1 --seed 2",
                "rotation --out docs --out a --out b",
                "rotation --out docs --scenario burst --out a"
            })
    void what_it_does_not_understand_it_says(String line) {
        assertEquals(2, run(line));

        assertTrue(said().length() > 10, said());
    }

    @Test
    void where_it_cannot_write_it_says_so_in_a_sentence(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertEquals(1, run("rotation --out " + file));

        assertTrue(said().startsWith("cannot write into " + file), said());
        assertFalse(said().strip().contains("\n"), said());
    }

    @Test
    void where_a_file_is_in_its_way_it_says_so_in_a_sentence(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertEquals(1, run("rotation --out docs --out " + file.resolve("below")));

        assertTrue(said().startsWith("cannot write into "), said());
    }
}
