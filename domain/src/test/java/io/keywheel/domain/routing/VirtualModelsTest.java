package io.keywheel.domain.routing;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualModelsTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ProviderId MISTRAL = new ProviderId("mistral");

    /// `local` has only a default model; `mistral` has no key.
    private static VirtualModelResolver resolver(String... definitions) {
        var texts = new LinkedHashMap<String, String>();
        for (String definition : definitions) {
            String[] parts = definition.split("=", 2);
            texts.put(parts[0], parts[1]);
        }
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.put(GROQ, ids("openai/gpt-oss-120b", "openai/gpt-oss-20b", "groq/compound"));
        models.put(new ProviderId("cerebras"), ids("gpt-oss-120b", "qwen-3.8-27b"));
        models.put(new ProviderId("local"), ids("house-model"));
        models.put(MISTRAL, ids("mistral-small", "gpt-oss-120b"));
        return new VirtualModelResolver(texts, new ModelCatalog(models), Map.of(MISTRAL, "has no key"));
    }

    private static SequencedSet<ModelId> ids(String... ids) {
        return Arrays.stream(ids).map(ModelId::new).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static VirtualModels resolved(String... definitions) {
        VirtualModelResolver resolver = resolver(definitions);
        VirtualModels models = resolver.resolve();
        assertEquals(List.of(), resolver.problems());
        return models;
    }

    /// The route in the syntax of the settings; null for an unknown name.
    private static @Nullable String route(VirtualModels models, String name) {
        return models.find(name).map(Route::toString).orElse(null);
    }

    @ParameterizedTest(name = "{0} means {1}")
    @CsvSource(delimiter = ';', textBlock = """
                    groq/openai/gpt-oss-20b; groq/openai/gpt-oss-20b
                    # If several providers serve the id, the first with a key wins.
                    gpt-oss-120b; cerebras/gpt-oss-120b
                    groq/compound; groq/groq/compound
                    groq; groq
                    local/anything; local/anything
                    auto; auto
                    auto|groq/openai/gpt-oss-20b; auto | groq/openai/gpt-oss-20b
                    ' groq | cerebras > local '; groq | cerebras > local
                    groq|groq|groq/openai/gpt-oss-20b; groq | groq/openai/gpt-oss-20b
                    # A default model and its explicit name count once.
                    groq|groq/openai/gpt-oss-120b|local; groq | local
                    local/house-model>local; local/house-model > local
                    local/house-model|groq; local/house-model | groq
                    auto|gpt-oss-120b|groq/groq/compound; auto | groq/groq/compound
                    # A nested definition with a single tier is inlined, one with several tiers is one member.
                    pair|local; groq | cerebras | local
                    pair|groq; groq | cerebras
                    steps|local; (groq > cerebras) | local
                    steps; groq > cerebras
                    local>steps>pair; local > groq > cerebras > groq | cerebras
                    steps|steps; groq > cerebras
                    # Targets without a key are omitted, and so are tiers without targets.
                    mistral|groq>mistral/x>cerebras; groq > cerebras
                    gone|groq; groq
                    """)
    void definition_resolves_to_tiers_of_targets(String definition, String route) {
        var models = resolved("x=" + definition, "pair=groq|cerebras", "steps=groq>cerebras", "gone=mistral");

        assertEquals(route, route(models, "x"));
    }

    @ParameterizedTest(name = "{0} leads to {1}")
    @CsvSource({
        "claude, groq",
        "claude-, cerebras",
        "claude-haiku, cerebras",
        "claude-opus-4, local",
        "claude-opus, groq/openai/gpt-oss-20b",
        "Claude-opus, ",
        "other, ",
        // Virtual names win over real ones.
        "gpt-oss-120b, groq/openai/gpt-oss-120b",
        // No pattern covers `auto`.
        "auto, auto",
    })
    void exact_name_wins_over_patterns_and_the_longest_pattern_over_others(String name, @Nullable String route) {
        var models = resolved(
                "claude-*=cerebras",
                "claude-opus*=local",
                "claude*=groq",
                "a*=groq",
                "claude-opus=groq/openai/gpt-oss-20b",
                "gpt-oss-120b=groq/openai/gpt-oss-120b");

        assertEquals(route, route(models, name));
    }

    @Test
    void target_of_a_definition_is_its_model_at_its_provider() {
        var models = resolved("x=groq/openai/gpt-oss-20b>groq/openai/gpt-oss-120b", "y=local");

        assertTrue(models.hasTarget(new RouteTarget(GROQ, new ModelId("openai/gpt-oss-120b"))));
        assertFalse(models.hasTarget(new RouteTarget(GROQ, new ModelId("groq/compound"))));
    }

    @Test
    void virtual_names_are_listed_without_patterns_with_auto_first() {
        assertEquals(
                List.of("auto", "z", "b"),
                resolved("z=b", "y-*=groq", "b=groq", "auto=groq").names());
        assertEquals(List.of("auto"), VirtualModels.NONE.names());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '#', textBlock = """
                    x=# x: no target follows =
                    x=groq|# x: a target is missing beside | or >
                    x=groq||local# x: a target is missing beside | or >
                    x=>groq# x: a target is missing beside | or >
                    x=groq, y=local# x: a comma separates nothing: write ; between definitions, and | or > between targets
                    x=groq/m,y=local# x: a comma separates nothing: write ; between definitions, and | or > between targets
                    x=groq/m,local/m# x: a comma separates nothing: write ; between definitions, and | or > between targets
                    x=groq, local# x: a comma separates nothing: write ; between definitions, and | or > between targets
                    x=groq/a b# x: 'groq/a b' is no target, which has 1 to 200 printable ASCII characters without blanks, and no * at its end
                    x-*=x-*# x-*: 'x-*' is no target, which has 1 to 200 printable ASCII characters without blanks, and no * at its end
                    x=grok/llama# x: grok/llama is neither a virtual model nor a known model, and grok is no provider; did you mean groq?
                    x=gruq/openai/gpt-oss-20b# x: gruq/openai/gpt-oss-20b is neither a virtual model nor a known model, and gruq is no provider; did you mean groq/openai/gpt-oss-20b or groq/openai/gpt-oss-120b or openai/gpt-oss-20b?
                    x=q/llama# x: q/llama is neither a virtual model nor a known model, and q is no provider
                    x=groq/# x: no model follows the provider in groq/
                    x=/local# x: /local is neither a virtual model nor a known model, and /local is no provider; did you mean local?
                    smart=smrt# smart: smrt is neither a virtual model nor a known model, and smrt is no provider
                    x=x# x: leads to itself, x -> x
                    gpt-oss-120b=gpt-oss-120b# gpt-oss-120b: leads to itself, gpt-oss-120b -> gpt-oss-120b; did you mean cerebras/gpt-oss-120b?
                    groq=groq# groq: leads to itself, groq -> groq
                    auto=groq>auto# auto: leads to itself, auto -> auto
                    """)
    void invalid_definition_is_reported_with_its_name(String definition, String problem) {
        VirtualModelResolver resolver = resolver(definition);

        resolver.resolve();

        assertEquals(List.of(problem), resolver.problems());
        assertEquals(List.of(), resolver.warnings());
    }

    @Test
    void pattern_is_not_suggested_as_target() {
        VirtualModelResolver resolver = resolver("claude-*=groq", "x=claude-3");

        resolver.resolve();

        assertEquals(
                List.of("x: claude-3 is neither a virtual model nor a known model, and claude-3 is no provider"),
                resolver.problems());
    }

    @Test
    void cycle_is_reported_once_from_its_first_member() {
        VirtualModelResolver resolver = resolver("z=a", "a=groq|b", "b=a", "fine=groq");

        VirtualModels models = resolver.resolve();

        assertEquals(List.of("a: leads to itself, a -> b -> a"), resolver.problems());
        assertEquals("groq", route(models, "fine"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '#', textBlock = """
                    x=mistral|groq# x: mistral is skipped, because mistral has no key
                    x=mistral/new>groq# x: mistral/new is skipped, because mistral has no key
                    x=groq|groq/openai/gpt-oss-120b# x: groq/openai/gpt-oss-120b counts once, being a default model beside it
                    x=local/house-model|auto# x: local/house-model counts once, being a default model beside it
                    groq=local# groq: is a provider's name, too; as a target, it means this definition
                    gpt-oss-120b=groq# gpt-oss-120b: hides the model gpt-oss-120b at cerebras
                    groq/new=local# groq/new: hides the model new at groq
                    """)
    void doubtful_definition_gives_a_warning_with_its_name(String definition, String warning) {
        VirtualModelResolver resolver = resolver(definition);

        resolver.resolve();

        assertEquals(List.of(warning), resolver.warnings());
        assertEquals(List.of(), resolver.problems());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt-oss-120b=groq/openai/gpt-oss-120b|cerebras/gpt-oss-120b",
                "openai/gpt-oss-120b=local|groq",
                "house-model=groq>auto",
                "auto=groq",
                "groq*=local",
                "x=groq"
            })
    void virtual_name_that_hides_no_model_gives_no_warning(String definition) {
        VirtualModelResolver resolver = resolver(definition);

        resolver.resolve();

        assertEquals(List.of(), resolver.warnings());
    }

    @Test
    void definition_without_usable_targets_keeps_its_name_and_its_keyless_target() {
        VirtualModelResolver resolver = resolver("x=y", "y=mistral", "z=y|groq");

        VirtualModels models = resolver.resolve();

        assertEquals(List.of("auto", "x", "y", "z"), models.names());
        assertEquals(
                Route.to(RouteTarget.ofDefaultModel(new ProviderId("mistral"))),
                models.find("x").orElseThrow());
        assertEquals(
                List.of(
                        "y: mistral is skipped, because mistral has no key",
                        "y: no target is left, so nothing answers it",
                        "x: no target is left, so nothing answers it"),
                resolver.warnings());
    }

    @Test
    void definition_leads_to_at_most_100_targets_including_nested_ones() {
        assertEquals(100, targets(resolved("x=" + many(100))));
        assertEquals(100, targets(resolved("x=y|" + many(98), "y=groq>cerebras")));

        for (VirtualModelResolver resolver : List.of(
                resolver("x=" + many(101)),
                resolver("x=" + many(101).replace("local", "mistral")),
                resolver("x=y|" + many(99), "y=groq>cerebras"))) {
            resolver.resolve();
            assertEquals(List.of("x: leads to more than 100 targets"), resolver.problems());
        }
    }

    private static String many(int targets) {
        return IntStream.range(0, targets).mapToObj(n -> "local/" + n).collect(joining("|"));
    }

    private static long targets(VirtualModels models) {
        return models.find("x").orElseThrow().members().count();
    }

    @Test
    void skipped_target_counts_once_however_often_it_is_named() {
        var x = resolved("x=y|y", "y=z|z", "z=mistral").definitions().get("x");
        assertEquals(1, Objects.requireNonNull(x).skipped().size());
    }

    @Test
    void only_the_first_20_unknown_targets_get_a_suggestion() {
        String[] definitions =
                IntStream.range(0, 30).mapToObj(n -> "x" + n + "=gruq/m").toArray(String[]::new);
        VirtualModelResolver resolver = resolver(definitions);
        resolver.resolve();

        assertTrue(resolver.problems().get(19).endsWith("; did you mean groq?"));
        assertTrue(resolver.problems().get(20).endsWith("gruq is no provider"));
    }

    /// Each definition names the previous one twice: as one member, or as more than 100 targets.
    @ParameterizedTest
    @ValueSource(strings = {"%1$s|%1$s", "%1$s>%1$s", "%1$s|groq>%1$s"})
    void thousand_nested_definitions_resolve_within_10_s(String twice) {
        String[] definitions = IntStream.range(0, 1000)
                .mapToObj(n -> n == 0 ? "m0=groq>cerebras" : "m" + n + "=" + twice.formatted("m" + (n - 1)))
                .toArray(String[]::new);

        VirtualModelResolver resolver = resolver(definitions);
        assertTimeoutPreemptively(Duration.ofSeconds(10), resolver::resolve);

        for (String problem : resolver.problems()) {
            assertTrue(problem.endsWith(": leads to more than 100 targets"), problem);
        }
        assertEquals(twice.equals("%1$s|%1$s"), resolver.problems().isEmpty());
    }
}
