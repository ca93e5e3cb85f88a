package io.keywheel.bootstrap.settings;

import io.keywheel.bootstrap.settings.clients.ClientRulesReader;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.NearestNames;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Warnings about model names in the settings that are not in the catalog.
final class ModelWarnings {

    private ModelWarnings() {}

    static List<String> of(ModelCatalog catalog, ClientRules clients) {
        var warnings = new ArrayList<String>();
        catalog.unknownTargetWarnings().forEach(doubt -> warnings.add(ModelsReader.NAME + ", " + doubt));
        var rules = new TreeMap<>(clients.named());
        rules.put(ClientRulesReader.ALL, clients.others());
        rules.forEach((client, rule) -> rule.models().stream()
                .filter(model -> !catalog.mayMatchModel(model))
                .forEach(model -> warnings.add("%s, %s: no model is called %s%s"
                        .formatted(
                                ClientRulesReader.NAME,
                                client,
                                model,
                                NearestNames.suggestion(catalog.nearestTo(model))))));
        return warnings;
    }
}
