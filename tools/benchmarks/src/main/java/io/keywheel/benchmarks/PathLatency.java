package io.keywheel.benchmarks;

import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Adapters;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Compares the latency of Path A, whose instances are kept, with that of Path B, which makes
/// one for each request.
///
/// Both ask the same model of the same simulated provider with the same keys over real sockets, turn and turn
/// about in short blocks, so that whatever else the machine does falls on both.
public final class PathLatency {

    private static final int WARM_UP = 3_000;
    private static final int BLOCKS = 40;
    private static final int BLOCK = 100;
    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpRequest pathA;
    private final HttpRequest pathB;

    private PathLatency(RunningGateway gateway) {
        pathA = request(gateway, "{" + MESSAGES);
        pathB = request(gateway, "{\"model\": \"openai/gpt-oss-120b\", " + MESSAGES);
    }

    /// Prints both, and their ratio.
    public static void main(String[] args) throws IOException, InterruptedException {
        Logger.getLogger("").setLevel(Level.WARNING);
        try (var simulator = Simulator.start(Scenario.withSeed(1)
                        .key(GROQ, "gsk_one", "org_1")
                        .key(GROQ, "gsk_two", "org_2")
                        .key(GROQ, "gsk_three", "org_3"));
                var gateway = RunningGateway.start(settings(simulator))) {
            new PathLatency(gateway).run(System.out);
        }
    }

    private static Settings settings(Simulator simulator) {
        var variables = Map.of(
                "KEYWHEEL_PROVIDERS", "groq",
                "KEYWHEEL_PORT", "0",
                "GROQ_API_KEYS", "gsk_one,gsk_two,gsk_three",
                "GROQ_BASE_URL", simulator.baseUrl(GROQ).toString());
        return Settings.read(variables, Adapters.installed()).settings().orElseThrow();
    }

    private void run(PrintStream out) throws IOException, InterruptedException {
        out.printf("warming up: %d requests on each path%n", WARM_UP);
        measure(pathA, new long[WARM_UP], 0, WARM_UP);
        measure(pathB, new long[WARM_UP], 0, WARM_UP);
        long[] a = new long[BLOCKS * BLOCK];
        long[] b = new long[BLOCKS * BLOCK];
        out.printf("measuring: %d blocks of %d requests on each path, in turn%n", BLOCKS, BLOCK);
        for (int block = 0; block < BLOCKS; block++) {
            measure(pathA, a, block * BLOCK, BLOCK);
            measure(pathB, b, block * BLOCK, BLOCK);
        }
        print(out, "Path A", a);
        print(out, "Path B", b);
        out.printf(
                Locale.ROOT,
                "Path B / Path A: median %.3f, mean of the middle half %.3f%n",
                (double) percentile(b, 50) / percentile(a, 50),
                middle(b) / middle(a));
    }

    private void measure(HttpRequest request, long[] nanos, int from, int count)
            throws IOException, InterruptedException {
        for (int i = from; i < from + count; i++) {
            long start = System.nanoTime();
            int status = client.send(request, BodyHandlers.ofByteArray()).statusCode();
            nanos[i] = System.nanoTime() - start;
            if (status != 200) {
                throw new IllegalStateException("answered with " + status);
            }
        }
    }

    private static void print(PrintStream out, String name, long[] nanos) {
        out.printf(
                Locale.ROOT,
                "%s: p50 %d us, p90 %d us, p99 %d us%n",
                name,
                percentile(nanos, 50) / 1000,
                percentile(nanos, 90) / 1000,
                percentile(nanos, 99) / 1000);
    }

    private static long percentile(long[] nanos, int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) * percent / 100];
    }

    private static double middle(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return Arrays.stream(sorted, sorted.length / 4, sorted.length * 3 / 4)
                .average()
                .orElseThrow();
    }

    private static HttpRequest request(RunningGateway gateway, String body) {
        return HttpRequest.newBuilder(gateway.address().resolve("/api/chat"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
