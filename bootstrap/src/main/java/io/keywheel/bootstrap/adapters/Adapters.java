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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// The usable LLM adapters, and the faults of the unusable ones.
///
/// @param libraries names of the jars without an adapter in the adapter folder
public record Adapters(List<Adapter> found, List<AdapterFault> faults, List<String> libraries) {

    public Adapters {
        found = List.copyOf(found);
        faults = List.copyOf(faults);
        libraries = List.copyOf(libraries);
    }

    /// Loads the adapters on the module path or the class path.
    public static Adapters installed() {
        var offers = new AdapterOffers();
        // An embedding program may run under a class loader that sees no adapter.
        var loader = ServiceLoader.load(LlmProvider.class, Adapters.class.getClassLoader());
        offers.take(loader.stream(), Adapters::home, "an adapter");
        return offers.taken(List.of());
    }

    private static String home(Class<?> type) {
        return type.getModule().isNamed() ? "module " + type.getModule().getName() : "the class path";
    }

    public Adapters and(Adapters more) {
        return unambiguous(
                Stream.concat(found.stream(), more.found.stream()).toList(),
                Stream.concat(faults.stream(), more.faults.stream()).toList(),
                more.libraries);
    }

    /// Several adapters for one provider are ambiguous: none of them is used.
    static Adapters unambiguous(List<Adapter> found, List<AdapterFault> faults, List<String> libraries) {
        var byId =
                found.stream().collect(groupingBy(adapter -> adapter.provider().id(), LinkedHashMap::new, toList()));
        List<Adapter> usable = byId.values().stream()
                .filter(same -> same.size() == 1)
                .map(List::getFirst)
                .toList();
        var presets = new LinkedHashMap<ProviderId, List<Adapter>>();
        usable.forEach(adapter -> adapter.provider().presets().keySet().stream()
                .filter(id -> !byId.containsKey(id))
                .forEach(id ->
                        presets.computeIfAbsent(id, _ -> new ArrayList<>()).add(adapter)));
        var all = new LinkedHashSet<>(faults);
        all.addAll(ambiguous(byId, "%1$s has %2$d adapters, in %3$s: only one of them may be there"));
        all.addAll(ambiguous(presets, "%1$s is a preset in %3$s: only one of them may be there"));
        return new Adapters(usable, List.copyOf(all), libraries);
    }

    private static List<AdapterFault> ambiguous(Map<ProviderId, List<Adapter>> byId, String what) {
        return byId.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(entry -> {
                    List<Adapter> same = entry.getValue();
                    String homes = same.stream().map(Adapter::home).collect(joining(" and in "));
                    return new AdapterFault(
                            Optional.of(entry.getKey()), what.formatted(entry.getKey(), same.size(), homes));
                })
                .toList();
    }

    public List<LlmProvider> all() {
        return found.stream().map(Adapter::provider).toList();
    }

    /// One line for each home of adapters: `adapters in ollama.jar: ollama`.
    public List<String> summary() {
        Map<String, String> providers = found.stream()
                .collect(groupingBy(
                        Adapter::home,
                        LinkedHashMap::new,
                        mapping(adapter -> adapter.provider().id().value(), joining(", "))));
        return providers.entrySet().stream()
                .map(home -> "adapters in " + home.getKey() + ": " + home.getValue())
                .toList();
    }

    /// The faults that block `id`: those of its dedicated adapter. Without one, also those of the OpenAI-compatible
    /// adapter and of unreadable jars, which may contain its adapter: a fallback would be a guess.
    public List<AdapterFault> faultsOf(ProviderId id) {
        return faults.stream()
                .filter(fault -> fault.provider()
                        .filter(provider -> !provider.equals(LlmProvider.COMPATIBLE))
                        .map(id::equals)
                        .orElseGet(() -> own(id).isEmpty()))
                .toList();
    }

    /// The adapter whose id is `id`; presets of other adapters do not count.
    public Optional<LlmProvider> own(ProviderId id) {
        return all().stream().filter(adapter -> adapter.id().equals(id)).findFirst();
    }

    /// The provider's default values: its preset, or the defaults of its adapter.
    public ProviderDefaults defaults(ProviderId id) {
        return defaults(adapterOf(id), id);
    }

    static ProviderDefaults defaults(LlmProvider adapter, ProviderId id) {
        return adapter.presets().getOrDefault(id, adapter.defaults());
    }

    /// The providers that need no base URL: those with a dedicated adapter, and the presets of all adapters.
    public List<ProviderId> known() {
        return all().stream()
                .flatMap(adapter -> Stream.concat(
                        Stream.of(adapter.id()),
                        adapter.presets().keySet().stream().sorted(Comparator.comparing(ProviderId::value))))
                .distinct()
                .toList();
    }

    /// The dedicated adapter, else one with a preset for the provider, else the OpenAI-compatible one.
    public LlmProvider adapterOf(ProviderId id) {
        return own(id).or(() -> all().stream()
                        .filter(adapter -> adapter.presets().containsKey(id))
                        .findFirst())
                .or(() -> own(LlmProvider.COMPATIBLE))
                .orElseThrow(() -> new IllegalStateException("no LLM adapter on the module path speaks to " + id));
    }
}
