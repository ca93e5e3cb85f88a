package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.VirtualModelResolver;
import io.keywheel.domain.routing.VirtualModels;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the models that clients can name: those of the adapters and settings, and the virtual ones.
record ModelsReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    static final String NAME = "KEYWHEEL_MODELS";
    private static final int LONGEST_SHOWN = 20;
    private static final int MOST = 1000;
    private static final Pattern NAME_SHAPE = Pattern.compile("[^|>*]*[*]?");

    /// @param isWhole false if a provider has a problem: most warnings would follow from it, and are omitted
    ModelCatalog read(SequencedMap<ProviderId, Optional<ProviderSetup>> rotation, boolean isWhole) {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        rotation.forEach((id, setup) -> setup.ifPresent(ready -> models.put(id, ready.knownModels())));
        return new ModelCatalog(
                models,
                variables
                        .text(NAME)
                        .map(text -> virtual(text, rotation, models, isWhole))
                        .orElse(VirtualModels.NONE));
    }

    private VirtualModels virtual(
            String text,
            SequencedMap<ProviderId, Optional<ProviderSetup>> rotation,
            SequencedMap<ProviderId, SequencedSet<ModelId>> models,
            boolean isWhole) {
        var all = new LinkedHashMap<>(models);
        Stream.concat(rotation.keySet().stream(), adapters.known().stream())
                .filter(id -> !id.equals(LlmProvider.COMPATIBLE))
                .forEach(id -> all.computeIfAbsent(id, this::ofAdapter));
        var unusable = new HashMap<ProviderId, String>();
        all.keySet().stream()
                .filter(id -> !models.containsKey(id))
                .forEach(id ->
                        unusable.put(id, rotation.containsKey(id) ? "has no key" : "is not in KEYWHEEL_PROVIDERS"));
        var resolver = new VirtualModelResolver(definitions(text), new ModelCatalog(all), unusable);
        VirtualModels virtual = resolver.resolve();
        if (isWhole) {
            resolver.warnings().forEach(warning -> messages.warning(NAME + ", " + warning));
        }
        resolver.problems().forEach(problem -> messages.problem(NAME + ", " + problem));
        return virtual;
    }

    private SequencedSet<ModelId> ofAdapter(ProviderId id) {
        return adapters.own(id)
                .map(adapter -> new LinkedHashSet<>(adapter.defaults().knownModels()))
                .orElseGet(LinkedHashSet::new);
    }

    private SequencedMap<String, String> definitions(String text) {
        var definitions = new LinkedHashMap<String, String>();
        Variables.entries(text, ";", String::strip).forEach((place, entry) -> {
            String[] parts = entry.split("=", 2);
            String name = parts[0].strip();
            // Not the whole entry, which may be a key in the wrong place.
            String shown = entry.length() > LONGEST_SHOWN ? entry.substring(0, LONGEST_SHOWN) + "…" : entry;
            String where = "%s, entry %s, '%s': ".formatted(NAME, place, shown);
            if (parts.length == 1) {
                messages.problem(where + "expected name=target, as in fast=groq/openai/gpt-oss-20b");
            } else if (!ModelId.isValid(name) || !NAME_SHAPE.matcher(name).matches()) {
                messages.problem(where + "expected a name of 1 to 200 printable ASCII characters before =,"
                        + " without blanks, | and >; only its last may be *");
            } else if (definitions.putIfAbsent(name, parts[1]) != null) {
                messages.problem(NAME + ", " + name + ": defined twice");
            }
        });
        if (definitions.size() > MOST) {
            messages.problem("%s has more than %s definitions".formatted(NAME, MOST));
            definitions.clear();
        }
        return definitions;
    }
}
