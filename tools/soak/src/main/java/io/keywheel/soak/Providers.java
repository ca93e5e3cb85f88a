package io.keywheel.soak;

import io.keywheel.simulator.AbsurdValue;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.ProtocolAnomaly;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Three simulated providers with many keys, and every fault of the simulator.
final class Providers implements AutoCloseable {

    private static final int SOUND_KEYS = 24;

    /// The faults with a value, for each moment of an answer and each relevant size.
    private static final List<String> WITH_VALUES = List.of(
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

    /// Faults with cooldowns of minutes or hours. Each affects one key per provider, so that other keys remain.
    private static final Set<KnownError> LONG = EnumSet.of(
            KnownError.INVALID_KEY,
            KnownError.ORGANIZATION_RESTRICTED,
            KnownError.BLOCKED_API_ACCESS,
            KnownError.PAYMENT_REQUIRED,
            KnownError.MODEL_BLOCKED,
            KnownError.MODEL_NOT_FOUND,
            KnownError.MODEL_DECOMMISSIONED);

    /// Values that each affect one key per provider. Of the others, one concerns lists of models, and one is
    /// harmless.
    private static final Set<AbsurdValue> ABSURD =
            EnumSet.complementOf(EnumSet.of(AbsurdValue.KEY_AS_MODEL, AbsurdValue.SMALL_LIMITS));

    private final Simulator simulator;

    /// @param faults the share of calls that fail
    Providers(long seed, double faults) {
        Scenario scenario = Scenario.withSeed(seed).tempo(Duration.ofMillis(20), Duration.ofMillis(2));
        for (Provider provider : Provider.values()) {
            List<String> keys = keys(provider);
            for (int i = 0; i < keys.size(); i++) {
                // Named differently from the key, because the gateway masks text that resembles a key.
                scenario = scenario.key(provider, keys.get(i), "org_" + name(provider) + "_" + i);
            }
        }
        simulator = Simulator.start(scenario);
        Stream<Fault> known = Arrays.stream(KnownError.values())
                .filter(error -> !LONG.contains(error))
                .map(error -> error);
        List<Fault> passing = Stream.of(
                        known, WITH_VALUES.stream().map(Fault::named), Arrays.<Fault>stream(ProtocolAnomaly.values()))
                .flatMap(each -> each)
                .toList();
        // The faults are drawn one after another until one occurs.
        double each = 1 - Math.pow(1 - faults, 1.0 / passing.size());
        for (Provider provider : Provider.values()) {
            passing.forEach(fault -> simulator.on(provider).sometimes(each, fault));
            LONG.forEach(
                    fault -> simulator.on(provider, victim(provider, fault)).sometimes(faults, fault));
        }
    }

    void sendAbsurdValues() {
        for (Provider provider : Provider.values()) {
            ABSURD.forEach(
                    value -> simulator.on(provider, victim(provider, value)).sometimes(0.5, value));
            simulator.on(provider).sometimes(0.02, AbsurdValue.SMALL_LIMITS);
            simulator.on(provider).models().always(AbsurdValue.KEY_AS_MODEL);
        }
    }

    /// The settings of a gateway for these providers, with timeouts short enough for every fault.
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
        for (Provider provider : Provider.values()) {
            settings.put(provider + "_BASE_URL", simulator.baseUrl(provider).toString());
            settings.put(provider + "_API_KEYS", String.join(",", keys(provider)));
        }
        return settings;
    }

    int connections() {
        return simulator.connections();
    }

    static List<String> keys() {
        return Arrays.stream(Provider.values())
                .flatMap(provider -> keys(provider).stream())
                .toList();
    }

    private static List<String> keys(Provider provider) {
        Stream<String> sound =
                IntStream.rangeClosed(1, SOUND_KEYS).mapToObj(place -> name(provider) + "-secret-" + place);
        Stream<String> victims = Stream.<Set<? extends Enum<?>>>of(LONG, ABSURD)
                .flatMap(Set::stream)
                .map(fault -> victim(provider, fault));
        return Stream.concat(sound, victims).toList();
    }

    /// The keys that may cool down for long, such as `groq/25`.
    static Set<String> victims() {
        return Arrays.stream(Provider.values())
                .flatMap(provider -> IntStream.rangeClosed(
                                SOUND_KEYS + 1, keys(provider).size())
                        .mapToObj(place -> name(provider) + "/" + place))
                .collect(Collectors.toSet());
    }

    private static String victim(Provider provider, Enum<?> fault) {
        return name(provider) + "-secret-" + fault.name().toLowerCase(Locale.ROOT);
    }

    private static String name(Provider provider) {
        return provider.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        simulator.close();
    }
}
