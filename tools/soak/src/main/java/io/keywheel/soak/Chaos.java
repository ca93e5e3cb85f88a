package io.keywheel.soak;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.Lie;
import io.keywheel.simulator.Oddity;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Three simulated providers with many keys, and everything that can go wrong with their answers.
final class Chaos implements AutoCloseable {

    /// What takes a value, at each moment and of each size that makes a difference.
    private static final List<String> MEASURED = List.of(
            "status:500",
            "status:503",
            "status:418",
            "rate-limited:1s",
            "hang:before-head",
            "hang:after-head",
            "hang:before-content",
            "hang:after-tokens:3",
            "cut:before-head",
            "cut:after-head",
            "cut:before-content",
            "cut:after-tokens:3",
            "late:1s",
            "slow:50ms",
            "drip:1ms",
            "stream-error:0",
            "stream-error:4");

    /// How often a key lies whose lot it is.
    private static final double LIES_OFTEN = 0.5;

    /// How often any key says that it has little: all that limits it, so that much is taken from it.
    private static final double SMALL_OFTEN = 0.02;

    private final Simulator simulator;

    private Chaos(Simulator simulator) {
        this.simulator = simulator;
    }

    /// @param share of the calls at which something goes wrong, 0 to 1
    static Chaos start(long seed, double share) {
        Scenario scenario = Scenario.withSeed(seed).tempo(Duration.ofMillis(20), Duration.ofMillis(2));
        for (Provider provider : Provider.values()) {
            List<String> keys = SimulatedKeys.of(provider);
            for (int i = 0; i < keys.size(); i++) {
                // Not by the key's name: what looks like a key is masked in what a provider says.
                scenario = scenario.key(provider, keys.get(i), "org_" + SimulatedKeys.name(provider) + "_" + i);
            }
        }
        var chaos = new Chaos(Simulator.start(scenario));
        Arrays.stream(Provider.values()).forEach(provider -> chaos.plan(provider, share));
        return chaos;
    }

    private void plan(Provider provider, double share) {
        List<Fault> passing = passing();
        // They are drawn one after the other until one hits.
        double each = 1 - Math.pow(1 - share, 1.0 / passing.size());
        passing.forEach(fault -> simulator.on(provider).sometimes(each, fault));
        for (KnownError fault : SimulatedKeys.LASTING) {
            simulator.on(provider, SimulatedKeys.victim(provider, fault)).sometimes(share, fault);
        }
    }

    /// From now on the providers lie.
    void lie() {
        for (Provider provider : Provider.values()) {
            for (Lie lie : SimulatedKeys.LIES) {
                simulator.on(provider, SimulatedKeys.victim(provider, lie)).sometimes(LIES_OFTEN, lie);
            }
            simulator.on(provider).sometimes(SMALL_OFTEN, Lie.SMALL_LIMITS);
            simulator.on(provider).models().always(Lie.KEY_AS_MODEL);
        }
    }

    private static List<Fault> passing() {
        Stream<Fault> known = Arrays.stream(KnownError.values())
                .filter(error -> !SimulatedKeys.LASTING.contains(error))
                .map(error -> error);
        Stream<Fault> measured = MEASURED.stream().map(Fault::named);
        return Stream.of(known, measured, Arrays.stream(Oddity.values()).map(oddity -> (Fault) oddity))
                .flatMap(faults -> faults)
                .toList();
    }

    /// For a gateway in front of it, which is patient enough to see every fault through, and not more.
    ///
    /// @param token of its clients
    Map<String, String> settings(String token) {
        var settings = new HashMap<>(Map.of(
                "KEYWHEEL_PORT", "0",
                "KEYWHEEL_ACCESS_TOKENS", token,
                "KEYWHEEL_PROVIDERS", "groq,cerebras,compatible",
                "KEYWHEEL_MAX_WAIT", "1s",
                "KEYWHEEL_CONNECT_TIMEOUT", "2s",
                "KEYWHEEL_FIRST_TOKEN_TIMEOUT", "2s",
                "KEYWHEEL_IDLE_TIMEOUT", "2s",
                "KEYWHEEL_REQUEST_TIMEOUT", "15s",
                "COMPATIBLE_DEFAULT_MODEL", "house-model"));
        for (Provider provider : List.of(GROQ, CEREBRAS, COMPATIBLE)) {
            settings.put(provider + "_BASE_URL", simulator.baseUrl(provider).toString());
            settings.put(provider + "_API_KEYS", String.join(",", SimulatedKeys.of(provider)));
        }
        return settings;
    }

    /// How many connections to the providers are open.
    int connections() {
        return simulator.connections();
    }

    @Override
    public void close() {
        simulator.close();
    }
}
