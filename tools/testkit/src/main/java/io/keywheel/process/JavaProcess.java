package io.keywheel.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Java program in a separate process, which ends with this one.
public final class JavaProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on (https?://[0-9.:]+)");
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private JavaProcess(Process process) {
        this.process = process;
    }

    /// The path of a program in this JVM's JDK.
    public static String ofJdk(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /// A command with this JVM's Java.
    ///
    /// @param environment the complete environment
    /// @param line the options, the program and its arguments
    public static ProcessBuilder java(Map<String, String> environment, List<String> line) {
        var command = new ArrayList<>(List.of(ofJdk("java"), "-XX:+UseSerialGC"));
        command.addAll(line);
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    /// @param output receives each line of the output. It is always read, because a full pipe would stop the
    ///     program
    public static JavaProcess start(ProcessBuilder builder, Consumer<String> output) throws IOException {
        var started = new JavaProcess(builder.start());
        RUNNING.add(started.process);
        var _ = started.process.onExit().thenAccept(RUNNING::remove);
        Thread.ofPlatform().daemon().start(() -> started.follow(output));
        return started;
    }

    private void follow(Consumer<String> output) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.accept(line);
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    address.complete(URI.create(listening.group(1)));
                }
            }
        } catch (IOException _) {
            // The process was killed in the middle of a line.
        } finally {
            address.completeExceptionally(new IOException("it ended"));
            end.complete(null);
        }
    }

    /// Waits until the program listens, and returns its address.
    public URI address() throws IOException {
        try {
            return address.join();
        } catch (CompletionException e) {
            throw new IOException("the program does not listen", e.getCause());
        }
    }

    /// Completes at the end of the program's output.
    public CompletableFuture<Void> end() {
        return end;
    }

    public Process process() {
        return process;
    }

    /// The processor time of all threads, in steps of the system's clock tick: usually 10 ms. Zero if unknown.
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Sends SIGTERM.
    public void terminate() {
        // [Process#destroy] would close the output first.
        process.toHandle().destroy();
    }

    @Override
    public void close() {
        terminate();
        process.onExit().join();
    }
}
