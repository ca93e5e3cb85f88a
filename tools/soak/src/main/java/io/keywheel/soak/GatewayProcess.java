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

/// The gateway in a process of its own, with a bounded heap.
final class GatewayProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("listening on (https?://[0-9.:]+)");
    private static final Pattern ERROR = Pattern.compile("^\\S+ ERROR .*");

    private final Process process;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final AtomicLong errors = new AtomicLong();

    /// @param heap as the JVM takes it
    GatewayProcess(Map<String, String> settings, String heap, PrintStream log) throws IOException {
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
        process = builder.redirectErrorStream(true).start();
        // It must not outlive this program.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Thread.ofPlatform().daemon().name("gateway-log").start(() -> follow(log));
        try {
            address.join();
        } catch (CompletionException e) {
            throw new IOException("the gateway did not start", e);
        }
    }

    /// Reads the whole log: a full pipe would block the gateway.
    private void follow(PrintStream log) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.println(line);
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    address.complete(URI.create(ready.group(1)));
                } else if (ERROR.matcher(line).matches()) {
                    errors.incrementAndGet();
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

    /// How many errors it has logged.
    long errors() {
        return errors.get();
    }

    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        // Not through the process, which would close its output first.
        process.toHandle().destroy();
        process.onExit().join();
    }
}
