package io.keywheel.adapters.http;

import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.VirtualModelResolver;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// A model catalog defined by the test.
final class KnownModels implements ModelsUseCase {

    final AtomicInteger refreshes = new AtomicInteger();
    private volatile ModelCatalog catalog = new ModelCatalog(new LinkedHashMap<>());

    KnownModels() {
        know(Samples.GROQ, "openai/gpt-oss-120b", "groq/compound", "both");
        know(Samples.CEREBRAS, "gpt-oss-120b", "both");
    }

    void know(ProviderId provider, String... ids) {
        SequencedSet<ModelId> models =
                Arrays.stream(ids).map(ModelId::new).collect(Collectors.toCollection(LinkedHashSet::new));
        catalog = catalog.with(provider, models);
    }

    /// Virtual models, as `name=targets`.
    void define(String... definitions) {
        var texts = new LinkedHashMap<String, String>();
        for (String definition : definitions) {
            String[] parts = definition.split("=", 2);
            texts.put(parts[0], parts[1]);
        }
        catalog = new ModelCatalog(catalog.models(), new VirtualModelResolver(texts, catalog, Map.of()).resolve());
    }

    @Override
    public ModelCatalog catalog() {
        return catalog;
    }

    @Override
    public void refresh() {
        throw new UnsupportedOperationException();
    }

    /// Whether it is the first.
    boolean startRefresh() {
        return refreshes.getAndIncrement() == 0;
    }
}
