package io.keywheel.bootstrap.e2e;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.certificates.ServerCertificate;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.openapi.Description;
import io.keywheel.openapi.RecordedExchange;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Received;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/// A gateway with two keys at each of two simulated providers, and a client.
public final class World implements AutoCloseable {

    static final String GROQ_ONE = "gsk_canary_one";
    static final String GROQ_TWO = "gsk_canary_two";
    static final String CEREBRAS_ONE = "csk-canary-one";
    static final String CEREBRAS_TWO = "csk-canary-two";
    private static final JsonMapper JSON = new JsonMapper();

    /// The gateway's OpenAPI description, which all answers are compared with.
    static final Description DESCRIPTION =
            Description.read(HttpGateway.class.getResourceAsStream("status/openapi.yaml"));

    public static final String HELLO = hello("");

    /// Longer than any stall of the machine.
    static final Map<String, String> LONG_TIMEOUTS = Environment.of(
            "KEYWHEEL_CONNECT_TIMEOUT=90s", "KEYWHEEL_FIRST_TOKEN_TIMEOUT=90s", "KEYWHEEL_IDLE_TIMEOUT=90s");

    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]";

    public final Simulator simulator;
    final RunningGateway gateway;
    final HttpClient client = HttpClient.newBuilder()
            .sslContext(ServerCertificate.ADDRESS.context())
            .build();

    /// @param settings each as `NAME=value`
    World(String... settings) {
        this(Environment.of(settings));
    }

    World(Map<String, String> settings) {
        this(settings, Scenario.withSeed(7));
    }

    World(Map<String, String> settings, Scenario scenario) {
        this(settings, scenario, World::started);
    }

    /// A gateway with `upstream` as its only provider, `mine`.
    static World over(WireServer upstream, String... settings) {
        var all = new HashMap<>(Environment.of(
                "KEYWHEEL_PROVIDERS=mine", "MINE_BASE_URL=" + upstream.baseUrl(), "MINE_DEFAULT_MODEL=any"));
        all.putAll(Environment.of(settings));
        return new World(all);
    }

    /// @param start of a gateway with these variables
    public World(Map<String, String> settings, Scenario scenario, Function<Map<String, String>, RunningGateway> start) {
        simulator = Simulator.start(scenario.key(GROQ, GROQ_ONE, "org_1")
                .key(GROQ, GROQ_TWO, "org_2")
                .key(CEREBRAS, CEREBRAS_ONE, "org_3")
                .key(CEREBRAS, CEREBRAS_TWO, "org_4"));
        var variables = new HashMap<>(LONG_TIMEOUTS);
        variables.putAll(Environment.of(
                "GROQ_API_KEYS=" + GROQ_ONE + "," + GROQ_TWO,
                "GROQ_BASE_URL=" + simulator.baseUrl(GROQ),
                "CEREBRAS_API_KEYS=" + CEREBRAS_ONE + "," + CEREBRAS_TWO,
                "CEREBRAS_BASE_URL=" + simulator.baseUrl(CEREBRAS),
                "KEYWHEEL_PORT=0"));
        variables.putAll(settings);
        gateway = start.apply(variables);
    }

    /// A request body with the user message "Hello".
    ///
    /// @param fields before its messages, each with a comma behind it
    static String hello(String fields) {
        return "{" + fields + MESSAGES + "}";
    }

    void fails(String fault) {
        simulator.on(GROQ).always(Fault.named(fault));
        simulator.on(CEREBRAS).always(Fault.named(fault));
    }

    private static RunningGateway started(Map<String, String> variables) {
        SettingsReport report = Settings.read(variables, Adapters.installed());
        return RunningGateway.start(settings(report), () -> report);
    }

    public static Settings settings(SettingsReport report) {
        return report.settings()
                .orElseThrow(() -> new AssertionError(report.problems().toString()));
    }

    public HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpRequest request(String path) {
        return HttpRequest.newBuilder(uri(path)).build();
    }

    List<KeyStatus> keys() {
        return gateway.useCases().status().status().providers().stream()
                .flatMap(provider -> provider.keys().stream())
                .toList();
    }

    HttpResponse<String> post(String path, String body) {
        return send(request(path, body));
    }

    public HttpResponse<String> chat(String body) {
        return post("/api/chat", body);
    }

    static List<JsonNode> events(String body) {
        return Stream.of(body.split("\n\n", -1))
                .filter(event -> !event.isEmpty())
                .map(event -> json(event.substring("data: ".length())))
                .toList();
    }

    HttpRequest request(String path, String body) {
        return request(uri(path), body);
    }

    static HttpRequest request(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(90))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    URI uri(String path) {
        return gateway.address().resolve(path);
    }

    List<Received> chats() {
        return simulator.requests().stream()
                .filter(request -> request.path().endsWith("/chat/completions"))
                .toList();
    }

    public static JsonNode json(HttpResponse<String> response) {
        return json(response.body());
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /// The keys that were tried, with their outcomes.
    static String attempts(HttpResponse<?> response) {
        return header(response, "X-Keywheel-Attempts");
    }

    static String code(HttpResponse<String> response) {
        return json(response).path("code").asText();
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /// @param headers names and values of further ones, if any
    HttpResponse<String> send(HttpRequest request, String... headers) {
        return DESCRIPTION.send(client, with(request, headers));
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest request) {
        return DESCRIPTION.sendAsync(client, request);
    }

    static HttpRequest with(HttpRequest request, String... headers) {
        var whole = HttpRequest.newBuilder(request, (_, _) -> true);
        for (int i = 0; i < headers.length; i += 2) {
            whole.header(headers[i], headers[i + 1]);
        }
        return whole.build();
    }

    /// A client with a small receive buffer.
    RawClient slowClient() {
        return RawClient.slow(gateway.address().getPort(), DESCRIPTION);
    }

    /// @param headers each a name, a colon and a value
    RawSocket socket(String... headers) {
        return socket(gateway.address(), headers);
    }

    static RawSocket socket(URI gateway, String... headers) {
        return new RawSocket(new RawClient(gateway.getPort(), DESCRIPTION), headers);
    }

    /// Reads the first event of `/api/events`, which has the whole state, and disconnects.
    String firstEvent(String... headers) throws IOException, InterruptedException {
        var answer = client.send(with(request("/api/events"), headers), BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            String event = lines.findFirst().orElseThrow();
            DESCRIPTION.check(RecordedExchange.of(answer, event));
            return event;
        }
    }

    @Override
    public void close() {
        try (simulator;
                gateway) {
            client.shutdownNow();
        }
    }
}
