package io.keywheel.bootstrap.e2e;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The program in a process of its own, as the launcher starts it.
final class RunningProgram implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private RunningProgram(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /// @param environment all of it
    static RunningProgram start(String command, Map<String, String> environment) throws IOException {
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p",
                System.getProperty("jdk.module.path") + File.pathSeparator + System.getProperty("java.class.path"),
                "-m",
                "io.keywheel.bootstrap/io.keywheel.bootstrap.Main"));
        line.addAll(Arrays.asList(command.split(" ", -1)));
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new RunningProgram(builder.start());
    }

    /// Reads up to the next line that holds `words`.
    String lineWith(String words) throws IOException {
        var seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains(words)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("it ended without saying '" + words + "':\n" + seen);
    }

    /// SIGTERM.
    void terminate() {
        // The process itself would close its output first.
        process.toHandle().destroy();
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
