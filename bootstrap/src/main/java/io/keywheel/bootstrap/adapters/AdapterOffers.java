package io.keywheel.bootstrap.adapters;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.domain.routing.ProviderId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Stream;

/// Instantiates the adapters that a service loader offers. Adapters are third-party code: the failure of one
/// becomes a fault and does not affect the others.
final class AdapterOffers {

    private final List<Adapter> found = new ArrayList<>();
    private final List<AdapterFault> faults = new ArrayList<>();

    /// @param home maps the adapter's class to its [Adapter#home]
    /// @param source the home of adapters whose class cannot be loaded
    void take(Stream<ServiceLoader.Provider<LlmProvider>> offers, Function<Class<?>, String> home, String source) {
        Iterator<ServiceLoader.Provider<LlmProvider>> all = offers.iterator();
        while (true) {
            try {
                if (!all.hasNext()) {
                    return;
                }
                ServiceLoader.Provider<LlmProvider> offer = all.next();
                take(offer, home.apply(offer.type()));
            } catch (ServiceConfigurationError e) {
                // The service names no adapter class, or one of a newer Java. The loader has advanced past it.
                fault(Optional.empty(), source, e);
            }
        }
    }

    /// A `LinkageError` means that the jar was built for another version of its libraries, the gateway, or Java.
    private void take(ServiceLoader.Provider<LlmProvider> offer, String home) {
        Optional<ProviderId> id = Optional.empty();
        try {
            LlmProvider provider = offer.get();
            id = Optional.of(provider.id());
            Objects.requireNonNull(provider.defaults());
            Objects.requireNonNull(provider.presets());
            check(provider.options());
            found.add(new Adapter(provider, home));
        } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
            fault(id, home, e);
        }
    }

    private static void check(List<ProviderOption<?>> options) {
        var taken = new HashSet<>(new ProviderVariables("").all());
        for (ProviderOption<?> option : options) {
            if (!taken.add(option.name())) {
                throw new IllegalArgumentException(
                        "its option " + option.name() + " is the gateway's or its own already");
            }
        }
    }

    void fault(Optional<ProviderId> id, String home, Throwable why) {
        fault(id, home, AdapterFault.reason(why));
    }

    void fault(Optional<ProviderId> id, String home, String why) {
        faults.add(new AdapterFault(
                id, id.map(known -> "the adapter of " + known + " in ").orElse("") + home + " cannot be used: " + why));
    }

    Adapters taken(List<String> libraries) {
        return Adapters.unambiguous(found, faults, libraries);
    }
}
