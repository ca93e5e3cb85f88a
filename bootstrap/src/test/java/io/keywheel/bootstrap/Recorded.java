package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.command.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/// The exit status and output of a command.
public record Recorded(int status, String out, String err) {

    static Recorded run(String command, Map<String, String> environment) {
        return of(output -> Main.run(List.of(command.split(" ", -1)), environment, output));
    }

    public static Recorded of(ToIntFunction<Output> command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = command.applyAsInt(new Output(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)));
        return new Recorded(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public Recorded assertStatus(int expected) {
        assertEquals(expected, status, out + err);
        return this;
    }

    public Recorded assertSays(String... texts) {
        for (String text : texts) {
            assertTrue(out.contains(text), out);
        }
        return this;
    }

    /// Asserts that the error messages have each of these texts.
    public Recorded assertComplains(String... texts) {
        for (String text : texts) {
            assertTrue(err.contains(text), err);
        }
        return this;
    }

    /// Asserts that neither the output nor an error message has this text.
    Recorded assertHides(String text) {
        assertFalse((out + err).contains(text), out + err);
        return this;
    }
}
