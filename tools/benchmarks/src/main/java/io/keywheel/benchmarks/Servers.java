package io.keywheel.benchmarks;

import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Servers in processes of their own, so that only their processor time counts. They listen when they are returned.
final class Servers {

    /// The options that `./keywheel serve` gives to Java, but for the class cache.
    private static final List<String> AS_SERVE = List.of(
            "-Xms28m",
            "-Xmn20m",
            "-XX:SurvivorRatio=4",
            "-XX:MaxHeapFreeRatio=40",
            "-XX:-ShrinkHeapInSteps",
            "-XX:TrimNativeHeapInterval=5000",
            "-Xmx256m");

    private Servers() {}

    static JavaProcess upstream() throws IOException {
        return start(List.of("-Xmx256m"), Map.of(), "io.keywheel.benchmarks.Upstream");
    }

    static JavaProcess relay(JavaProcess upstream) throws IOException {
        String address = upstream.address().toString();
        return start(List.of("-Xmx256m"), Map.of(), "io.keywheel.benchmarks.Relay", address);
    }

    static JavaProcess gateway(JavaProcess upstream, int keys, Map<String, String> more) throws IOException {
        var settings = new HashMap<>(more);
        settings.put("KEYWHEEL_PORT", "0");
        settings.put("KEYWHEEL_PROVIDERS", "groq");
        settings.put(
                "GROQ_API_KEYS",
                IntStream.range(0, keys).mapToObj("k%08d"::formatted).collect(Collectors.joining(",")));
        settings.put("GROQ_BASE_URL", upstream.address() + "/v1");
        return start(AS_SERVE, settings, "io.keywheel.bootstrap.Main", "serve");
    }

    private static JavaProcess start(List<String> options, Map<String, String> environment, String... program)
            throws IOException {
        var line = new ArrayList<>(options);
        line.addAll(List.of("-cp", System.getProperty("java.class.path")));
        line.addAll(List.of(program));
        // A log line for each request would cost this process time, too.
        var builder = JavaProcess.java(environment, line).redirectError(Redirect.DISCARD);
        JavaProcess started = JavaProcess.start(builder, _ -> {});
        started.address();
        return started;
    }
}
