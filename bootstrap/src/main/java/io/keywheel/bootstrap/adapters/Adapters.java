package io.keywheel.bootstrap.adapters;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.domain.routing.ProviderId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// The LLM adapters at hand, and those that would be if nothing were wrong with them.
///
/// @param libraries the jars in the folder for adapters that hold none
public record Adapters(List<Adapter> found, List<AdapterFault> faults, List<String> libraries) {

    private static final Comparator<ProviderId> BY_NAME = Comparator.comparing(ProviderId::value);

    public Adapters {
        found = List.copyOf(found);
        faults = List.copyOf(faults);
        libraries = List.copyOf(libraries);
    }

    /// Those on the module path or the class path.
    public static Adapters installed() {
        var offers = new AdapterOffers();
        // An embedding program may run under a class loader that sees no adapter.
        var loader = ServiceLoader.load(LlmProvider.class, Adapters.class.getClassLoader());
        offers.take(loader.stream(), Adapters::home);
        return offers.taken();
    }

    private static String home(Class<?> type) {
        return type.getModule().isNamed() ? "module " + type.getModule().getName() : "the class path";
    }

    public Adapters and(Adapters more) {
        return single(
                Stream.concat(found.stream(), more.found.stream()).toList(),
                Stream.concat(faults.stream(), more.faults.stream()).toList(),
                more.libraries);
    }

    /// Two for the same provider are ambiguous: neither is used.
    static Adapters single(List<Adapter> found, List<AdapterFault> faults, List<String> libraries) {
        var by = found.stream().collect(groupingBy(adapter -> adapter.provider().id(), LinkedHashMap::new, toList()));
        var all = new ArrayList<>(faults);
        by.forEach((id, adapters) -> {
            if (adapters.size() > 1) {
                all.add(new AdapterFault(
                        Optional.of(id),
                        "%s has %d adapters, in %s: only one of them may be there"
                                .formatted(
                                        id,
                                        adapters.size(),
                                        adapters.stream().map(Adapter::home).collect(joining(" and in ")))));
            }
        });
        by.values().removeIf(adapters -> adapters.size() > 1);
        var presets = by.values().stream()
                .map(List::getFirst)
                .flatMap(adapter ->
                        adapter.provider().presets().keySet().stream().map(id -> Map.entry(id, adapter.home())))
                .collect(groupingBy(Map.Entry::getKey, LinkedHashMap::new, mapping(Map.Entry::getValue, toList())));
        presets.forEach((id, homes) -> {
            if (homes.size() > 1
                    && found.stream()
                            .noneMatch(adapter -> adapter.provider().id().equals(id))) {
                all.add(new AdapterFault(
                        Optional.of(id),
                        "%s is a preset in %s: only one of them may be there"
                                .formatted(id, String.join(" and in ", homes))));
            }
        });
        return new Adapters(
                by.values().stream().map(List::getFirst).toList(),
                all.stream().distinct().toList(),
                libraries);
    }

    public List<LlmProvider> all() {
        return found.stream().map(Adapter::provider).toList();
    }

    /// What was found where, a line each: `adapters in ollama.jar: ollama`.
    public List<String> inWords() {
        Map<String, String> providers = found.stream()
                .collect(groupingBy(
                        Adapter::home,
                        LinkedHashMap::new,
                        mapping(adapter -> adapter.provider().id().value(), joining(", "))));
        return providers.entrySet().stream()
                .map(home -> "adapters in " + home.getKey() + ": " + home.getValue())
                .toList();
    }

    /// Why `id` cannot be spoken to: its own adapter cannot be used, or one may be its own that cannot
    /// even be read, and to speak OpenAI's words to it instead would be a guess.
    public List<AdapterFault> faultsBarring(ProviderId id) {
        return faults.stream()
                .filter(fault -> fault.provider()
                        .filter(provider -> !provider.equals(LlmProvider.COMPATIBLE))
                        .map(id::equals)
                        .orElseGet(() -> own(id).isEmpty()))
                .toList();
    }

    /// The adapter made for this very provider.
    public Optional<LlmProvider> own(ProviderId id) {
        return all().stream().filter(adapter -> adapter.id().equals(id)).findFirst();
    }

    /// What holds for the provider unless a setting says otherwise.
    public ProviderDefaults defaults(ProviderId id) {
        return defaults(speaking(id), id);
    }

    static ProviderDefaults defaults(LlmProvider adapter, ProviderId id) {
        return adapter.presets().getOrDefault(id, adapter.defaults());
    }

    /// The providers that need no base URL: those with an adapter of their own, and the presets of the
    /// others.
    public List<ProviderId> known() {
        return all().stream()
                .flatMap(adapter -> Stream.concat(
                        Stream.of(adapter.id()),
                        adapter.presets().keySet().stream().sorted(BY_NAME)))
                .distinct()
                .toList();
    }

    /// The adapter that speaks to the provider: its own, else one that has a preset for it, else the one for any
    /// OpenAI-compatible server.
    public LlmProvider speaking(ProviderId id) {
        return own(id).or(() -> all().stream()
                        .filter(adapter -> adapter.presets().containsKey(id))
                        .findFirst())
                .or(() -> own(LlmProvider.COMPATIBLE))
                .orElseThrow(() -> new IllegalStateException("no LLM adapter on the module path speaks to " + id));
    }
}
