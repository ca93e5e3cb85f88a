package io.keywheel.soak;

import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.Lie;
import io.keywheel.simulator.Provider;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The keys of the simulated providers: sound ones, and one for each fault that would take all out of turn.
final class SimulatedKeys {

    private static final int SOUND_KEYS = 24;

    /// Each takes what it is said of out of turn for minutes or hours. If they could befall every key, none would be
    /// left after a minute; so each befalls one key at each provider, over and over.
    static final Set<KnownError> LASTING = EnumSet.of(
            KnownError.INVALID_KEY,
            KnownError.ORGANIZATION_RESTRICTED,
            KnownError.BLOCKED_API_ACCESS,
            KnownError.PAYMENT_REQUIRED,
            KnownError.MODEL_BLOCKED,
            KnownError.MODEL_NOT_FOUND,
            KnownError.MODEL_DECOMMISSIONED);

    /// Each befalls one key at each provider, too. Of the others, one is of model lists, and one does no key harm.
    static final Set<Lie> LIES = EnumSet.complementOf(EnumSet.of(Lie.KEY_AS_MODEL, Lie.SMALL_LIMITS));

    private SimulatedKeys() {}

    /// Every key there is.
    static List<String> all() {
        return Arrays.stream(Provider.values())
                .flatMap(provider -> of(provider).stream())
                .toList();
    }

    static List<String> of(Provider provider) {
        Stream<String> sound =
                IntStream.rangeClosed(1, SOUND_KEYS).mapToObj(place -> name(provider) + "-secret-" + place);
        Stream<String> victims = Stream.<Set<? extends Enum<?>>>of(LASTING, LIES)
                .flatMap(Set::stream)
                .map(fault -> victim(provider, fault));
        return Stream.concat(sound, victims).toList();
    }

    static String victim(Provider provider, Enum<?> fault) {
        return name(provider) + "-secret-" + fault.name().toLowerCase(Locale.ROOT);
    }

    static String name(Provider provider) {
        return provider.name().toLowerCase(Locale.ROOT);
    }

    /// The keys that may be out of turn for long, as the gateway names them: `groq/25`.
    static Set<String> excused() {
        return Arrays.stream(Provider.values())
                .flatMap(provider -> IntStream.rangeClosed(
                                SOUND_KEYS + 1, of(provider).size())
                        .mapToObj(place -> name(provider) + "/" + place))
                .collect(Collectors.toSet());
    }
}
