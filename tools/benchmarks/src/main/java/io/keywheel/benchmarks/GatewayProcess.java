package io.keywheel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A gateway in a process of its own, started as `./keywheel serve` does.
final class GatewayProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("listening on (http://[0-9.:]+)");

    private final Process process;
    private final String address;

    private GatewayProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    static GatewayProcess start(Map<String, String> settings) throws IOException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.keywheel.bootstrap.Main",
                "serve");
        builder.environment().putAll(settings);
        // Its log, a line for each request, must not fill a pipe.
        Process process = builder.redirectError(Redirect.DISCARD).start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return new GatewayProcess(process, ready.group(1));
            }
        }
        throw new IOException("the gateway did not start");
    }

    /// As `http://127.0.0.1:49152`.
    String address() {
        return address;
    }

    /// Used since it was started, by all its threads, in steps of the system's clock tick: usually 10 ms.
    Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
