package io.keywheel.bootstrap.settings;

import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.settings.clients.ClientRulesReader;
import io.keywheel.bootstrap.settings.clients.EnvironmentChecks;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.NameList;
import io.keywheel.domain.routing.NearestNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The settings, with the problems, warnings and notices about them.
///
/// @param settings present if and only if there are no problems
/// @param providers those without a problem; empty if `.env` or the adapter folder could not be read
/// @param problems prevent the start
/// @param warnings probable mistakes
/// @param notices useful facts
/// @param adapters all usable adapters, whether or not a provider needs them
public record SettingsReport(
        Optional<Settings> settings,
        List<ProviderSetup> providers,
        List<String> problems,
        List<String> warnings,
        List<String> notices,
        Adapters adapters) {

    public SettingsReport {
        providers = List.copyOf(providers);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        notices = List.copyOf(notices);
    }

    /// The warnings, with those about models checked against `known`, which has the models that providers listed.
    public List<String> warnings(ModelCatalog known) {
        List<String> modelWarnings = settings.map(read -> modelWarnings(read.catalog(), read.clients()))
                .orElse(List.of());
        return Stream.concat(
                        warnings.stream().filter(warning -> !modelWarnings.contains(warning)),
                        settings.stream().flatMap(read -> modelWarnings(known, read.clients()).stream()))
                .toList();
    }

    /// This report with the warnings of `environmentChecks` added.
    public SettingsReport with(EnvironmentChecks environmentChecks) {
        List<String> all = Stream.concat(
                        warnings.stream(),
                        settings.stream().flatMap(read -> environmentChecks.warnings(read.listener()).stream()))
                .toList();
        return new SettingsReport(settings, providers, problems, all, notices, adapters);
    }

    /// Warnings about model names in the settings that are not in the catalog.
    static List<String> modelWarnings(ModelCatalog catalog, ClientRules clients) {
        var warnings = new ArrayList<String>();
        catalog.unknownTargetWarnings().forEach(warning -> warnings.add(ModelsReader.NAME + ", " + warning));
        var rules = new TreeMap<>(clients.named());
        rules.put(ClientRulesReader.ALL, clients.others());
        // Once for each name, which many clients may share: it is compared with all models.
        var clientsOf = new LinkedHashMap<String, List<String>>();
        rules.forEach((client, rule) -> rule.models()
                .forEach(model ->
                        clientsOf.computeIfAbsent(model, _ -> new ArrayList<>()).add(client)));
        clientsOf.forEach((model, named) -> {
            if (!catalog.mayMatchModel(model)) {
                warnings.add("%s, %s: no model is called %s%s"
                        .formatted(
                                ClientRulesReader.NAME,
                                NameList.joined(named),
                                model,
                                warnings.size() < NearestNames.MOST_WITH_SUGGESTION
                                        ? NearestNames.suggestion(catalog.nearestTo(model))
                                        : ""));
            }
        });
        return warnings;
    }
}
