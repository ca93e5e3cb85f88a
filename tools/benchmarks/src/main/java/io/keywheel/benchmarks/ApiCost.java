package io.keywheel.benchmarks;

import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// Compares the cost of the two APIs: processor time of a gateway that gives the same answer by each.
///
/// The gateway is a process of its own, so that neither this client's nor the simulator's time counts. The APIs
/// take turns in blocks, so that whatever else the machine does falls on both.
public final class ApiCost {

    private static final int WARM_UP = 6_000;
    private static final int BLOCKS = 15;
    private static final int BLOCK = 600;

    /// Makes an answer of as many words.
    private static final String QUESTION =
            "Tell me about keys and wheels. ".repeat(20).strip();

    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"" + QUESTION + "\"}]}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final GatewayProcess gateway;

    private ApiCost(GatewayProcess gateway) {
        this.gateway = gateway;
    }

    /// Prints both APIs' cost and its ratio, for answers whole and streamed.
    public static void main(String[] args) throws IOException, InterruptedException {
        try (var simulator = Simulator.start(Scenario.withSeed(1).key(GROQ, "gsk_one", "org_1"));
                var gateway = GatewayProcess.start(settings(simulator))) {
            var cost = new ApiCost(gateway);
            cost.compare(System.out, "whole", "/api/chat", "{" + MESSAGES, "{" + MESSAGES);
            cost.compare(System.out, "streamed", "/api/chat/stream", "{" + MESSAGES, "{\"stream\": true, " + MESSAGES);
        }
    }

    private static Map<String, String> settings(Simulator simulator) {
        return Map.of(
                "KEYWHEEL_PROVIDERS", "groq",
                "KEYWHEEL_PORT", "0",
                "GROQ_API_KEYS", "gsk_one",
                "GROQ_BASE_URL", simulator.baseUrl(GROQ).toString());
    }

    private void compare(PrintStream out, String how, String nativePath, String nativeBody, String openAiBody)
            throws IOException, InterruptedException {
        HttpRequest own = request(nativePath, nativeBody);
        HttpRequest openAi = request("/v1/chat/completions", openAiBody);
        out.printf("%s: warming up with %d requests at each API%n", how, WARM_UP);
        measure(own, WARM_UP);
        measure(openAi, WARM_UP);
        double[] ratios = new double[BLOCKS];
        Duration ofOwn = Duration.ZERO;
        Duration ofOpenAi = Duration.ZERO;
        for (int block = 0; block < BLOCKS; block++) {
            Duration one = measure(own, BLOCK);
            Duration other = measure(openAi, BLOCK);
            ofOwn = ofOwn.plus(one);
            ofOpenAi = ofOpenAi.plus(other);
            ratios[block] = (double) other.toNanos() / one.toNanos();
        }
        print(out, how + ", native API", ofOwn);
        print(out, how + ", OpenAI API", ofOpenAi);
        Arrays.sort(ratios);
        out.printf(
                Locale.ROOT,
                "%s: OpenAI / native: %.3f in all, %.3f in the median block (%.3f to %.3f)%n",
                how,
                (double) ofOpenAi.toNanos() / ofOwn.toNanos(),
                ratios[BLOCKS / 2],
                ratios[0],
                ratios[BLOCKS - 1]);
    }

    private Duration measure(HttpRequest request, int count) throws IOException, InterruptedException {
        Duration before = gateway.processorTime();
        for (int i = 0; i < count; i++) {
            int status = client.send(request, BodyHandlers.ofByteArray()).statusCode();
            if (status != 200) {
                throw new IllegalStateException("answered with " + status);
            }
        }
        return gateway.processorTime().minus(before);
    }

    private static void print(PrintStream out, String name, Duration time) {
        out.printf("%s: %d us of processor time for each request%n", name, time.toNanos() / 1000 / BLOCKS / BLOCK);
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(gateway.address() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
