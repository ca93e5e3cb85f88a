package io.keywheel.adapters.http.openai;

import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// What clients call the models.
public final class ModelNames {

    /// Names no model: any provider's default one.
    private static final String AUTO = "auto";

    private static final String OURS = "keywheel";

    private ModelNames() {}

    /// All names, each with who serves it. Where two providers serve a model of the same id, that id leads to the
    /// first, and the second has its own name in front.
    public static SequencedMap<String, String> of(ModelCatalog catalog) {
        var names = new LinkedHashMap<String, String>();
        names.put(AUTO, OURS);
        for (Map.Entry<ProviderId, SequencedSet<ModelId>> entry :
                catalog.models().entrySet()) {
            String provider = entry.getKey().value();
            for (ModelId id : entry.getValue()) {
                if (names.putIfAbsent(id.value(), provider) != null) {
                    names.putIfAbsent(provider + "/" + id, provider);
                }
            }
        }
        return names;
    }

    /// Who serves the model `name`; null if no provider is known to.
    static @Nullable public String ownerOf(String name, ModelCatalog catalog) {
        if (name.equals(AUTO)) {
            return OURS;
        }
        if (!ModelId.isValid(name)) {
            return null;
        }
        return catalog.find(new ModelId(name), null)
                .filter(catalog::knows)
                .map(route -> route.provider().value())
                .orElse(null);
    }
}
