package io.keywheel.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The gateway in a process of its own, with a heap that it must not outgrow.
final class GatewayProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("listening on (https?://[0-9.:]+)");

    /// A line at level ERROR is a bug by this program's own rules.
    private static final Pattern BUG = Pattern.compile("^\\S+ ERROR .*");

    private final Process process;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final AtomicLong bugs = new AtomicLong();

    private GatewayProcess(Process process) {
        this.process = process;
    }

    /// @param heap as the JVM takes it, `256m`
    /// @param log where what it says goes
    static GatewayProcess start(Map<String, String> settings, String heap, PrintStream log) throws IOException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                "io.keywheel.bootstrap.Main",
                "serve");
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYWHEEL_") || name.endsWith("_API_KEYS"));
        builder.environment().putAll(settings);
        var gateway = new GatewayProcess(builder.redirectErrorStream(true).start());
        // Whoever stops this program would leave it behind.
        Runtime.getRuntime().addShutdownHook(new Thread(gateway.process::destroyForcibly));
        Thread.ofPlatform().daemon().name("gateway-log").start(() -> gateway.follow(log));
        try {
            gateway.address.join();
        } catch (CompletionException e) {
            throw new IOException("the gateway did not start", e);
        }
        return gateway;
    }

    /// Reads all it says: a pipe that is full would stop it.
    private void follow(PrintStream log) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.println(line);
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    address.complete(URI.create(ready.group(1)));
                } else if (BUG.matcher(line).matches()) {
                    bugs.incrementAndGet();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            address.completeExceptionally(new IOException("it ended"));
        }
    }

    URI address() {
        return address.join();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// How often it logged an error of its own.
    long bugs() {
        return bugs.get();
    }

    /// Used since it was started, by all its threads.
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        // The process itself would close its output first, which is still being read.
        process.toHandle().destroy();
        process.onExit().join();
    }
}
