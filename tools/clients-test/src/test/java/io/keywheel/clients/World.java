package io.keywheel.clients;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static java.util.Map.entry;

import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Received;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A gateway in front of simulated providers, two keys at each: Groq, Cerebras and a compatible one named `local`.
public final class World implements AutoCloseable {

    public static final String TOKEN = "a-clients-token";

    /// Models by their provider. The compatible one serves any.
    public static final String GROQ_MODEL = "openai/gpt-oss-20b";
    public static final String LOCAL_MODEL = "local/small-model";

    static {
        // Log lines about limited keys and requests would hide failures.
        Logger.getLogger("").setLevel(Level.SEVERE);
    }

    private static final Scenario SCENARIO = Scenario.withSeed(7)
            .key(GROQ, "gsk_one", "org_1")
            .key(GROQ, "gsk_two", "org_2")
            .key(CEREBRAS, "csk-one", "org_3")
            .key(CEREBRAS, "csk-two", "org_4")
            .key(COMPATIBLE, "key-one", "org_5")
            .key(COMPATIBLE, "key-two", "org_6");

    private final Simulator simulator;
    private final RunningGateway gateway;

    public World() {
        this(SCENARIO, Map.of());
    }

    private World(Scenario scenario, Map<String, String> settings) {
        simulator = Simulator.start(scenario);
        gateway = started(settings);
    }

    /// A world with limits per organisation and two clients. `alice` has the token of all worlds and sees the
    /// requests of `bob`. Two of the three Groq keys share a quota group.
    public static World ofTwoClients() {
        var scenario = SCENARIO.key(GROQ, "gsk_three", "org_1")
                .limits(GROQ, Limits.GROQ_FREE)
                .limits(CEREBRAS, Limits.CEREBRAS_TRIAL)
                .tempo(Duration.ofMillis(180), Duration.ofMillis(3));
        var settings = Map.of(
                "KEYWHEEL_ACCESS_TOKENS", "alice=" + TOKEN + ",bob=" + TOKEN + "-of-bob",
                "KEYWHEEL_CLIENTS", "alice: see all",
                "KEYWHEEL_MODELS", "smart=groq/openai/gpt-oss-120b|cerebras/gpt-oss-120b; claude-*=auto",
                "GROQ_API_KEYS", "gsk_one@team-a,gsk_two,gsk_three@team-a");
        return new World(scenario, settings);
    }

    private RunningGateway started(Map<String, String> more) {
        var variables = new HashMap<>(Map.ofEntries(
                entry("KEYWHEEL_PROVIDERS", "groq,cerebras,local"),
                entry("KEYWHEEL_PORT", "0"),
                entry("KEYWHEEL_MODELS", "claude-*=auto; gpt-6*=auto"),
                entry("KEYWHEEL_ACCESS_TOKENS", TOKEN),
                // SDKs need seconds to write a body over the default limit.
                entry("KEYWHEEL_MAX_BODY", "512KiB"),
                // Simulated providers are slow on a busy machine, and no test depends on this timeout.
                entry("KEYWHEEL_CONNECT_TIMEOUT", "60s"),
                entry("KEYWHEEL_FIRST_TOKEN_TIMEOUT", "10m"),
                entry("KEYWHEEL_IDLE_TIMEOUT", "10m"),
                entry("KEYWHEEL_REQUEST_TIMEOUT", "20m"),
                entry("GROQ_API_KEYS", "gsk_one,gsk_two"),
                entry("GROQ_BASE_URL", simulator.baseUrl(GROQ).toString()),
                entry("CEREBRAS_API_KEYS", "csk-one,csk-two"),
                entry("CEREBRAS_BASE_URL", simulator.baseUrl(CEREBRAS).toString()),
                entry("LOCAL_API_KEYS", "key-one,key-two"),
                entry("LOCAL_BASE_URL", simulator.baseUrl(COMPATIBLE).toString()),
                entry("LOCAL_DEFAULT_MODEL", "small-model")));
        variables.putAll(more);
        var report = Settings.read(variables, Adapters.installed());
        Settings read = report.settings()
                .orElseThrow(() -> new AssertionError(report.problems().toString()));
        return RunningGateway.start(read, () -> report);
    }

    /// The simulator, which has the planned faults and the received requests.
    public Simulator simulator() {
        return simulator;
    }

    /// The root of the gateway, without a path.
    public URI address() {
        return gateway.address();
    }

    /// The base URL for OpenAI SDKs.
    public String baseUrl() {
        return address() + "/v1";
    }

    public List<Received> chats() {
        return simulator.requests().stream()
                .filter(request -> request.path().equals("/chat/completions"))
                .toList();
    }

    @Override
    public void close() {
        gateway.close();
        simulator.close();
    }
}
