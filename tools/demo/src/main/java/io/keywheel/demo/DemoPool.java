package io.keywheel.demo;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.time.Duration;
import java.util.Map;

final class DemoPool {

    private static final String GROQ_KEYS = "gsk_demo_one,gsk_demo_two,gsk_demo_three";
    private static final String CEREBRAS_KEYS = "csk-demo-one,csk-demo-two";

    private DemoPool() {}

    static Simulator simulator() {
        Scenario scenario = Scenario.withSeed(7).tempo(Duration.ofMillis(40), Duration.ofMillis(4));
        for (String key : GROQ_KEYS.split(",", -1)) {
            scenario = scenario.key(GROQ, key, "org_of_" + key);
        }
        for (String key : CEREBRAS_KEYS.split(",", -1)) {
            scenario = scenario.key(CEREBRAS, key, "org_of_" + key);
        }
        return Simulator.start(scenario);
    }

    /// Starts a gateway in front of `simulator`, with nothing of the user's own but the names of virtual models.
    static RunningGateway start(Simulator simulator, String port, String models) {
        var variables = Map.of(
                "GROQ_API_KEYS", GROQ_KEYS,
                "GROQ_BASE_URL", simulator.baseUrl(GROQ).toString(),
                "CEREBRAS_API_KEYS", CEREBRAS_KEYS,
                "CEREBRAS_BASE_URL", simulator.baseUrl(CEREBRAS).toString(),
                // A machine that is busy with starting may be slow.
                "KEYWHEEL_CONNECT_TIMEOUT", "30s",
                "KEYWHEEL_PORT", port,
                "KEYWHEEL_MODELS", models);
        var report = Settings.read(variables, Adapters.installed());
        Settings settings =
                report.settings().orElseThrow(() -> new IllegalArgumentException(String.join("; ", report.problems())));
        return RunningGateway.start(settings, () -> report);
    }
}
