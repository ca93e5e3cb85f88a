package io.keywheel.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.command()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void scenario_option_prints_its_table() {
        assertEquals(0, run("--scenario", "burst", "--seed", "2"));
        assertTrue(out.toString().contains("\n| Keywheel | "), out::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seed", "--seed x", "--loud", "--scenario x", "--seed 1 --seed 2"})
    void invalid_option_exits_with_2(String line) {
        assertEquals(2, run(line.split(" ")));
        assertTrue(err.toString().length() > 10, err::toString);
    }

    @Test
    void unwritable_output_directory_is_reported_in_one_line(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertEquals(1, run("--out", file.toString()));
        assertTrue(err.toString().startsWith("cannot write: " + file), err::toString);
        assertEquals(1, err.toString().lines().count());
    }
}
