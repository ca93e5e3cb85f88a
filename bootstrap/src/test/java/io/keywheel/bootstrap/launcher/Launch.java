package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A finished run of the launcher.
record Launch(int status, long pid, String output) {

    /// @param environment beside PATH
    static Launch of(
            Checkout checkout, Path script, Path directory, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return finish(start(checkout, script, directory, environment, arguments));
    }

    static Process start(
            Checkout checkout, Path script, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        var line = new ArrayList<>(List.of(script.toString()));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", checkout.bin() + ":/usr/bin:/bin");
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// Sends what Ctrl-C sends to all processes of a terminal: `process` must have a session of its own.
    static void interrupt(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/kill", "-INT", "--", "-" + process.pid())
                .start()
                .waitFor();
    }

    /// Reads to the end. A hanging launch is killed, so that its status fails the test.
    static Launch finish(Process process) throws IOException, InterruptedException {
        var _ = process.onExit().orTimeout(90, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Launch(process.waitFor(), process.pid(), output);
    }

    Launch assertStatus(int expected) {
        assertEquals(expected, status, output);
        return this;
    }

    Launch assertBegins(String begin) {
        assertTrue(output.startsWith(begin), output);
        return this;
    }

    Launch assertEnds(String end) {
        assertTrue(output.endsWith(end), output);
        return this;
    }

    Launch assertSays(String... texts) {
        for (String text : texts) {
            assertTrue(output.contains(text), output);
        }
        return this;
    }

    /// Asserts that the output has none of these texts.
    Launch assertHides(String... texts) {
        for (String text : texts) {
            assertFalse(output.contains(text), output);
        }
        return this;
    }
}
