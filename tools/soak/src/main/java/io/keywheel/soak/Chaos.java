package io.keywheel.soak;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.Oddity;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Three simulated providers with many keys, and everything that can go wrong with their answers.
final class Chaos implements AutoCloseable {

    private static final int SOUND_KEYS = 24;

    /// Each takes what it is said of out of turn for minutes or hours. If they could befall every key, none would be
    /// left after a minute; so each befalls one key at each provider, over and over.
    private static final Set<KnownError> LASTING = EnumSet.of(
            KnownError.INVALID_KEY,
            KnownError.ORGANIZATION_RESTRICTED,
            KnownError.BLOCKED_API_ACCESS,
            KnownError.PAYMENT_REQUIRED,
            KnownError.MODEL_BLOCKED,
            KnownError.MODEL_NOT_FOUND,
            KnownError.MODEL_DECOMMISSIONED);

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

    private final Simulator simulator;

    private Chaos(Simulator simulator) {
        this.simulator = simulator;
    }

    /// @param share of the calls at which something goes wrong, 0 to 1
    static Chaos start(long seed, double share) {
        Scenario scenario = Scenario.withSeed(seed).tempo(Duration.ofMillis(20), Duration.ofMillis(2));
        for (Provider provider : Provider.values()) {
            List<String> keys = keys(provider);
            for (int i = 0; i < keys.size(); i++) {
                // Not by the key's name: what looks like a key is masked in what a provider says.
                scenario = scenario.key(provider, keys.get(i), "org_" + name(provider) + "_" + i);
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
        LASTING.forEach(fault -> simulator.on(provider, victim(provider, fault)).sometimes(share, fault));
    }

    private static List<Fault> passing() {
        Stream<Fault> known = Arrays.stream(KnownError.values())
                .filter(error -> !LASTING.contains(error))
                .map(error -> error);
        Stream<Fault> measured = MEASURED.stream().map(Fault::named);
        return Stream.of(known, measured, Arrays.stream(Oddity.values()).map(oddity -> (Fault) oddity))
                .flatMap(faults -> faults)
                .toList();
    }

    /// Every key there is.
    List<String> keys() {
        return Arrays.stream(Provider.values())
                .flatMap(provider -> keys(provider).stream())
                .toList();
    }

    private static List<String> keys(Provider provider) {
        return Stream.concat(
                        IntStream.rangeClosed(1, SOUND_KEYS).mapToObj(place -> name(provider) + "-secret-" + place),
                        LASTING.stream().map(fault -> victim(provider, fault)))
                .toList();
    }

    private static String victim(Provider provider, KnownError fault) {
        return name(provider) + "-secret-" + fault.name().toLowerCase(Locale.ROOT);
    }

    private static String name(Provider provider) {
        return provider.name().toLowerCase(Locale.ROOT);
    }

    /// For a gateway in front of it, which is patient enough to see every fault through, and not more.
    Map<String, String> settings() {
        var settings = new HashMap<>(Map.of(
                "KEYWHEEL_PORT", "0",
                "KEYWHEEL_PROVIDERS", "groq,cerebras,compatible",
                "KEYWHEEL_MAX_WAIT", "1s",
                "KEYWHEEL_CONNECT_TIMEOUT", "2s",
                "KEYWHEEL_FIRST_TOKEN_TIMEOUT", "2s",
                "KEYWHEEL_IDLE_TIMEOUT", "2s",
                "KEYWHEEL_REQUEST_TIMEOUT", "15s",
                "COMPATIBLE_DEFAULT_MODEL", "house-model"));
        for (Provider provider : List.of(GROQ, CEREBRAS, COMPATIBLE)) {
            settings.put(provider + "_BASE_URL", simulator.baseUrl(provider).toString());
            settings.put(provider + "_API_KEYS", String.join(",", keys(provider)));
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
