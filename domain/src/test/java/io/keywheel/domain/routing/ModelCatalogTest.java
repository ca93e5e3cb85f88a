package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ProviderId CEREBRAS = new ProviderId("cerebras");

    private final ModelCatalog catalog = catalog();

    @ParameterizedTest(name = "{0}, provider {1}: {3} at {2}")
    @CsvSource({
        "gpt-oss-120b, , cerebras, gpt-oss-120b",
        // If several providers serve the id, the first in rotation order wins.
        "shared-model, , groq, shared-model",
        // An exact id wins over a prefix.
        "groq/compound, , groq, groq/compound",
        "groq/openai/gpt-oss-20b, , groq, openai/gpt-oss-20b",
        "cerebras/brand-new, , cerebras, brand-new",
        "openai/gpt-oss-20b, cerebras, cerebras, openai/gpt-oss-20b",
        "groq/openai/gpt-oss-20b, groq, groq, openai/gpt-oss-20b",
        // The prefix may be part of the id.
        "groq/compound, groq, groq, groq/compound",
        "groq/compound-next, groq, groq, groq/compound-next",
        "cerebras/shared-model, groq, groq, cerebras/shared-model",
        "stranger/m, stranger, stranger, stranger/m",
    })
    void model_is_routed_by_given_provider_exact_id_or_prefix(
            String model, @Nullable String given, String provider, String served) {
        Optional<ProviderId> only = Optional.ofNullable(given).map(ProviderId::new);

        assertEquals(
                Optional.of(named(new ProviderId(provider), served)),
                catalog.find(new ModelId(model), only.orElse(null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-oss-121b", "openai/gpt-5", "groq/", "/x", "/gpt-oss-120b"})
    void unknown_model_has_no_route(String model) {
        assertEquals(Optional.empty(), catalog.find(new ModelId(model), null));
    }

    @Test
    void nearest_match_comes_first() {
        assertEquals("gpt-oss-120b", catalog.nearestTo("gpt-oss-12b").getFirst());
    }

    @Test
    void misspelt_provider_prefix_of_a_known_model_is_matched() {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.put(GROQ, new LinkedHashSet<>(List.of(new ModelId("m1"), new ModelId("openai/gpt-oss-20b"))));

        assertEquals(List.of("groq/m1"), new ModelCatalog(models).nearestTo("groqq/m1"));
        assertEquals(
                "groq/openai/gpt-oss-20b",
                new ModelCatalog(models).nearestTo("Groq/openai/gpt-oss-20b").getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "grok/unheard-of, groq/unheard-of",
        "groq/unheard-of,",
        "vendor/unheard-of,",
        "/unheard-of,",
        "grok/,",
        "grok/not printable,"
    })
    void misspelt_provider_prefix_of_an_unknown_model_is_matched(String model, @Nullable String near) {
        assertEquals(Stream.ofNullable(near).toList(), catalog.nearestTo(model));
    }

    @Test
    void nearest_matches_at_a_provider_are_its_own_models() {
        var named = new LinkedHashMap<>(Map.of("groq/compounds", new VirtualModels.Definition(Route.AUTO, List.of())));
        var known = new ModelCatalog(catalog.models(), new VirtualModels(named));

        assertEquals(List.of("groq/compound"), known.nearestTo("groq/compount", GROQ, List.of()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '#', textBlock = """
                    groq/groq/compoun# x, y: groq is not known to serve groq/compoun; did you mean groq/compound?
                    groq/qqqqqqqqqqqqqq# x, y: groq is not known to serve qqqqqqqqqqqqqq
                    groq/compound|cerebras>auto#
                    # Only the default model of `local` is known.
                    local/anything#
                    """)
    void virtual_model_with_an_unlisted_target_is_reported(String definition, @Nullable String doubt) {
        var models = new LinkedHashMap<>(catalog.models());
        models.put(new ProviderId("local"), new LinkedHashSet<>(List.of(new ModelId("house-model"))));
        var texts = new LinkedHashMap<>(Map.of("x", definition));
        texts.put("y", "x");
        var virtual = new VirtualModelResolver(texts, new ModelCatalog(models), Map.of()).resolve();

        assertEquals(Stream.ofNullable(doubt).toList(), new ModelCatalog(models, virtual).unknownTargetWarnings());
    }

    @Test
    void ten_virtual_models_with_one_unlisted_target_are_named_and_others_counted() {
        var texts = new LinkedHashMap<String, String>();
        IntStream.rangeClosed(10, 21).forEach(i -> texts.put("v" + i, "groq/unheard-of"));
        var virtual = new VirtualModelResolver(texts, catalog, Map.of()).resolve();

        assertEquals(
                List.of("v10, v11, v12, v13, v14, v15, v16, v17, v18, v19 and 2 more: groq is not known to serve"
                        + " unheard-of"),
                new ModelCatalog(catalog.models(), virtual).unknownTargetWarnings());
    }

    /// Each suggestion compares the target with all models of its provider.
    @Test
    void first_twenty_unlisted_targets_have_a_suggestion() {
        var texts = new LinkedHashMap<String, String>();
        IntStream.rangeClosed(10, 30).forEach(i -> texts.put("v" + i, "groq/groq/compound-" + i));
        var virtual = new VirtualModelResolver(texts, catalog, Map.of()).resolve();

        var warnings = new ModelCatalog(catalog.models(), virtual).unknownTargetWarnings();

        assertEquals("v29: groq is not known to serve groq/compound-29; did you mean groq/compound?", warnings.get(19));
        assertEquals("v30: groq is not known to serve groq/compound-30", warnings.get(20));
    }

    @ParameterizedTest
    @CsvSource({
        "auto, true",
        "groq/compound, true",
        "groq/openai/gpt-oss-20b, true",
        "openai/gpt-oss-20b, true",
        "smart, true",
        "claude-opus-5, true",
        "claude-o*, true",
        "groq/*, true",
        "sm*, true",
        "smrt, false",
        "groq/smart, false",
        "sn*, false",
        "openrouter/*, false",
    })
    void name_or_pattern_matches_known_and_virtual_models(String name, boolean may) {
        var known = new LinkedHashMap<String, VirtualModels.Definition>();
        known.put("smart", new VirtualModels.Definition(Route.AUTO, List.of()));
        known.put("claude-*", new VirtualModels.Definition(Route.AUTO, List.of()));

        assertEquals(may, new ModelCatalog(catalog.models(), new VirtualModels(known)).mayMatchModel(name));
    }

    /// The catalog contains only the default model of `mine`.
    @ParameterizedTest
    @CsvSource({
        "anything, true",
        "mine/anything, true",
        "mine/any*, true",
        "any*, true",
        "groq/anything, false",
        "groq/, false"
    })
    void name_may_mean_any_model_of_a_provider_with_one_known_model(String name, boolean may) {
        var one = new LinkedHashSet<>(List.of(new ModelId("tiny")));

        assertEquals(may, catalog.with(new ProviderId("mine"), one).mayMatchModel(name));
    }

    @Test
    void catalog_contains_the_listed_models_of_a_provider() {
        assertTrue(catalog.knows(named(GROQ, "groq/compound")));
        assertFalse(catalog.knows(named(CEREBRAS, "groq/compound")));
        assertFalse(catalog.knows(named(new ProviderId("stranger"), "gpt-oss-120b")));
    }

    @Test
    void new_listing_replaces_the_models_of_its_provider() {
        var newer = catalog.with(CEREBRAS, models("qwen-3.8-27b"));

        assertEquals(Optional.empty(), newer.find(new ModelId("gpt-oss-120b"), null));
        assertEquals(Optional.of(named(CEREBRAS, "qwen-3.8-27b")), newer.find(new ModelId("qwen-3.8-27b"), null));
        assertEquals(catalog.models().get(GROQ), newer.models().get(GROQ));
    }

    @Test
    void provider_prefix_may_be_a_single_letter() {
        var shortest = new ProviderId("x");

        var found = catalog.with(shortest, models("m")).find(new ModelId("x/brand-new"), null);

        assertEquals(Optional.of(named(shortest, "brand-new")), found);
    }

    private static RouteTarget named(ProviderId provider, String model) {
        return new RouteTarget(provider, new ModelId(model));
    }

    private static ModelCatalog catalog() {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.put(GROQ, models("openai/gpt-oss-20b", "groq/compound", "shared-model"));
        models.put(CEREBRAS, models("gpt-oss-120b", "shared-model"));
        return new ModelCatalog(models);
    }

    private static SequencedSet<ModelId> models(String... ids) {
        var models = new LinkedHashSet<ModelId>();
        for (String id : ids) {
            models.add(new ModelId(id));
        }
        return models;
    }
}
