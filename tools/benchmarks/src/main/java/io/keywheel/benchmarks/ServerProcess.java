package io.keywheel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server in a process of its own, so that only its processor time counts.
final class ServerProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("listening on (http://[0-9.:]+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /// The options that `./keywheel serve` gives to Java, but for the class cache.
    private static final List<String> AS_SERVE = List.of(
            "-XX:+UseSerialGC",
            "-Xms28m",
            "-Xmn20m",
            "-XX:SurvivorRatio=4",
            "-XX:TrimNativeHeapInterval=5000",
            "-Xmx256m");

    private final Process process;
    private final URI address;

    private ServerProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    static ServerProcess gateway(URI upstream, List<String> keys, Map<String, String> more) throws IOException {
        var settings = new HashMap<>(Map.of(
                "KEYWHEEL_PORT",
                "0",
                "KEYWHEEL_PROVIDERS",
                "groq",
                "GROQ_API_KEYS",
                String.join(",", keys),
                "GROQ_BASE_URL",
                upstream + "/v1"));
        settings.putAll(more);
        return start(AS_SERVE, "io.keywheel.bootstrap.Main", settings, "serve");
    }

    /// @param main class of this class path, which prints the address that it listens on
    static ServerProcess start(String main, Map<String, String> environment, String... arguments) throws IOException {
        return start(List.of("-XX:+UseSerialGC", "-Xmx256m"), main, environment, arguments);
    }

    private static ServerProcess start(
            List<String> options, String main, Map<String, String> environment, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYWHEEL_"));
        builder.environment().putAll(environment);
        // A log, a line for each request, must not fill a pipe.
        Process process = builder.redirectError(Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return new ServerProcess(process, URI.create(ready.group(1)));
            }
        }
        throw new IOException(main + " did not start");
    }

    URI address() {
        return address;
    }

    /// In microseconds since the start, of all its threads, in steps of the system's clock tick: usually 10 ms.
    long processorMicros() {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1_000;
    }

    /// Memory in MB; 0 where the system does not say.
    long resident() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        Matcher kilobytes = RESIDENT.matcher(Files.exists(status) ? Files.readString(status) : "");
        return kilobytes.find() ? Long.parseLong(kilobytes.group(1)) / 1024 : 0;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
