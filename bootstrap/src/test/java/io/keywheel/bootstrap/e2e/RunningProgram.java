package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.process.JavaProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Runs `serve` in a separate process, with the launcher's options.
final class RunningProgram implements AutoCloseable {

    /// Processes started by `nohup` ignore SIGHUP, unless it is enabled for them again.
    private static final String WITH_HANG_UP = "exec /usr/bin/env --default-signal=HUP \"$@\"";

    private static final String END = "the end of its output";

    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private final Queue<String> all = new ConcurrentLinkedQueue<>();
    private final JavaProcess program;

    private RunningProgram(ProcessBuilder builder) throws IOException {
        program = JavaProcess.start(builder, line -> {
            all.add(line);
            output.add(line);
        });
        var _ = program.end().thenRun(() -> output.add(END));
    }

    /// @param environment all of it, but for timeouts
    /// @param options of the JVM
    static RunningProgram start(Map<String, String> environment, String... options) throws IOException {
        return new RunningProgram(builder(environment, options));
    }

    /// As [#start], in `directory`, with no more than `most` files and sockets open, and with SIGHUP enabled.
    static RunningProgram startIn(Path directory, int most) throws IOException {
        ProcessBuilder builder = builder(Map.of()).directory(directory.toFile());
        String limited = "ulimit -n " + most + " && " + WITH_HANG_UP;
        builder.command().addAll(0, List.of("/bin/sh", "-c", limited, "sh"));
        return new RunningProgram(builder);
    }

    /// As [#start], with SIGHUP enabled. Standard output is a full pipe in `directory`, and no process reads it.
    /// [#output] then has only standard error.
    static RunningProgram startUnread(Path directory, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = builder(environment);
        String unread = "mkfifo \"$0\" && exec 3<>\"$0\"; dd if=/dev/zero of=\"$0\" bs=4096 oflag=nonblock; "
                + WITH_HANG_UP + " >&3";
        builder.command()
                .addAll(
                        0,
                        List.of(
                                "/bin/sh",
                                "-c",
                                unread,
                                directory.resolve("pipe").toString()));
        return new RunningProgram(builder);
    }

    private static ProcessBuilder builder(Map<String, String> environment, String... options) {
        var all = new HashMap<>(World.LONG_TIMEOUTS);
        all.putAll(environment);
        var line = new ArrayList<>(List.of(
                // Tests end before the C2 compiler would pay off.
                "-XX:TieredStopAtLevel=1",
                "-p",
                System.getProperty("jdk.module.path") + File.pathSeparator + System.getProperty("java.class.path")));
        line.addAll(List.of(options));
        line.addAll(List.of("-m", "io.keywheel.bootstrap/io.keywheel.bootstrap.Main", "serve"));
        return JavaProcess.java(all, line).redirectErrorStream(true);
    }

    /// Reads up to the next line that contains `words`.
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

    /// Waits for the exit, and returns all output.
    String output() throws InterruptedException {
        while (!output.take().equals(END)) {
            // To its end.
        }
        return String.join("\n", all);
    }

    /// Waits until it listens.
    URI address() throws InterruptedException {
        try {
            return program.address();
        } catch (IOException e) {
            throw new AssertionError(output(), e);
        }
    }

    /// SIGTERM.
    void terminate() {
        program.terminate();
    }

    /// SIGHUP.
    void hangUp() throws IOException, InterruptedException {
        String pid = Long.toString(program.process().pid());
        assertEquals(0, new ProcessBuilder("/bin/kill", "-HUP", pid).start().waitFor());
    }

    boolean hasEnded() {
        return !program.process().isAlive();
    }

    int exitStatus() throws InterruptedException {
        if (!program.process().waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not end");
        }
        return program.process().exitValue();
    }

    @Override
    public void close() {
        program.process().destroyForcibly();
    }
}
