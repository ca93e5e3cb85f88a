package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The program in a process of its own, as the launcher starts it.
final class RunningProgram implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("listening on (https?://[0-9.:]+)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final String END = "the end of its output";

    private final Process process;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();

    private RunningProgram(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::follow);
    }

    /// @param environment all of it, but for timeouts
    /// @param options of the JVM
    static RunningProgram start(String command, Map<String, String> environment, String... options) throws IOException {
        return start(List.of(), command, environment, options);
    }

    /// As [#start], with no more than `most` files and sockets open.
    static RunningProgram startWithin(int most, String command, Map<String, String> environment) throws IOException {
        return start(List.of("/bin/sh", "-c", "ulimit -n " + most + " && exec \"$@\"", "sh"), command, environment);
    }

    /// As [#start], in `directory`.
    static RunningProgram startIn(Path directory, String command, Map<String, String> environment) throws IOException {
        return start(List.of("/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory.toString()), command, environment);
    }

    private static RunningProgram start(
            List<String> launcher, String command, Map<String, String> environment, String... options)
            throws IOException {
        var line = new ArrayList<>(launcher);
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A test is over before the thorough compiler has done its work.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-p",
                System.getProperty("jdk.module.path") + File.pathSeparator + System.getProperty("java.class.path")));
        line.addAll(List.of(options));
        line.addAll(List.of("-m", "io.keywheel.bootstrap/io.keywheel.bootstrap.Main"));
        line.addAll(Arrays.asList(command.split(" ", -1)));
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(World.PATIENT);
        builder.environment().putAll(environment);
        return new RunningProgram(builder.start());
    }

    /// Reads all it says, asked for or not: a pipe that is full would stop it.
    private void follow() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(output::add);
        } catch (IOException | UncheckedIOException _) {
            // It was killed in the middle of a line.
        } finally {
            output.add(END);
        }
    }

    /// Reads up to the next line that holds `words`.
    String lineWith(String words) throws InterruptedException {
        var seen = new StringBuilder();
        for (String line = output.take(); !line.equals(END); line = output.take()) {
            if (line.contains(words)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("it ended without saying '" + words + "':\n" + seen);
    }

    /// Waits until it listens.
    URI address() throws InterruptedException {
        String line = lineWith("listening");
        Matcher address = ADDRESS.matcher(line);
        if (!address.find()) {
            throw new AssertionError(line);
        }
        return URI.create(address.group(1));
    }

    /// SIGTERM.
    void terminate() {
        // The process itself would close its output first.
        process.toHandle().destroy();
    }

    /// SIGHUP.
    void hangUp() throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("/bin/kill", "-HUP", Long.toString(process.pid()))
                        .start()
                        .waitFor());
    }

    /// What it holds after a full collection.
    long liveBytes() throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new AssertionError(histogram);
        }
        return Long.parseLong(total.group(1));
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
