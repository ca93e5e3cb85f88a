package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelCatalogTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ProviderId CEREBRAS = new ProviderId("cerebras");

    private final ModelCatalog catalog = catalog();

    @Test
    void finds_the_provider_known_to_serve_exactly_that_id() {
        assertEquals(named(CEREBRAS, "gpt-oss-120b"), find("gpt-oss-120b", null));
    }

    @Test
    void takes_the_first_in_rotation_order_when_several_serve_it() {
        assertEquals(named(GROQ, "shared-model"), find("shared-model", null));
    }

    @Test
    void prefers_an_exact_id_to_a_prefix() {
        assertEquals(named(GROQ, "groq/compound"), find("groq/compound", null));
    }

    @Test
    void takes_the_provider_from_a_prefix_and_leaves_the_prefix_out() {
        assertEquals(named(GROQ, "openai/gpt-oss-20b"), find("groq/openai/gpt-oss-20b", null));
    }

    @Test
    void believes_a_prefix_even_for_a_model_it_does_not_know() {
        assertEquals(named(CEREBRAS, "brand-new"), find("cerebras/brand-new", null));
    }

    @Test
    void sends_any_model_to_the_provider_that_was_given() {
        assertEquals(named(CEREBRAS, "openai/gpt-oss-20b"), find("openai/gpt-oss-20b", CEREBRAS));
    }

    @Test
    void leaves_out_a_prefix_that_only_repeats_the_given_provider() {
        assertEquals(named(GROQ, "openai/gpt-oss-20b"), find("groq/openai/gpt-oss-20b", GROQ));
    }

    @Test
    void keeps_a_prefix_that_is_part_of_the_id_at_the_given_provider() {
        assertEquals(named(GROQ, "groq/compound"), find("groq/compound", GROQ));
        assertEquals(named(GROQ, "groq/compound-next"), find("groq/compound-next", GROQ));
    }

    @Test
    void finds_nobody_for_a_model_that_no_provider_is_known_to_serve() {
        assertEquals(Optional.empty(), catalog.find(new ModelId("gpt-oss-121b"), null));
        assertEquals(Optional.empty(), catalog.find(new ModelId("openai/gpt-5"), null));
        assertEquals(Optional.empty(), catalog.find(new ModelId("groq/"), null));
        assertEquals(Optional.empty(), catalog.find(new ModelId("/x"), null));
    }

    @Test
    void lists_near_matches_the_nearest_first() {
        assertEquals(
                "gpt-oss-120b", catalog.nearestTo(new ModelId("gpt-oss-12b")).getFirst());
    }

    @Test
    void lists_nothing_that_does_not_look_like_it() {
        assertEquals(List.of(), catalog.nearestTo(new ModelId("zzzzzzzzzzzzzzzzzz")));
    }

    @Test
    void knows_what_a_provider_lists_and_nothing_else() {
        assertTrue(catalog.knows(named(GROQ, "groq/compound")));
        assertFalse(catalog.knows(named(CEREBRAS, "groq/compound")));
    }

    @Test
    void knows_nothing_of_a_provider_that_is_not_in_it() {
        var stranger = new ProviderId("stranger");

        assertFalse(catalog.knows(named(stranger, "gpt-oss-120b")));
        assertEquals(Optional.of(named(stranger, "stranger/m")), catalog.find(new ModelId("stranger/m"), stranger));
    }

    @Test
    void replaces_what_it_knows_of_one_provider() {
        var newer = catalog.with(CEREBRAS, models("qwen-3.8-27b"));

        assertEquals(Optional.empty(), newer.find(new ModelId("gpt-oss-120b"), null));
        assertEquals(Optional.of(named(CEREBRAS, "qwen-3.8-27b")), newer.find(new ModelId("qwen-3.8-27b"), null));
        assertEquals(catalog.models().get(GROQ), newer.models().get(GROQ));
    }

    @Test
    void a_prefix_may_be_a_single_letter() {
        var shortest = new ProviderId("x");

        var found = catalog.with(shortest, models("m")).find(new ModelId("x/brand-new"), null);

        assertEquals(Optional.of(named(shortest, "brand-new")), found);
    }

    @Test
    void leaves_alone_a_prefix_that_names_another_than_the_given_provider() {
        assertEquals(named(GROQ, "cerebras/shared-model"), find("cerebras/shared-model", GROQ));
    }

    @Test
    void takes_no_prefix_from_a_name_that_begins_or_ends_with_a_slash() {
        assertEquals(Optional.empty(), catalog.find(new ModelId("/gpt-oss-120b"), null));
        assertEquals(Optional.empty(), catalog.find(new ModelId("groq/"), null));
    }

    private Route.NamedModel find(String model, @Nullable ProviderId given) {
        return catalog.find(new ModelId(model), given).orElseThrow();
    }

    private static Route.NamedModel named(ProviderId provider, String model) {
        return new Route.NamedModel(provider, new ModelId(model));
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
