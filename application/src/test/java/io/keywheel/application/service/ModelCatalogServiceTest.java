package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.CEREBRAS;
import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.LIMITS;
import static io.keywheel.application.service.TestGateway.keys;
import static io.keywheel.application.service.TestGateway.selecting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.VirtualModelResolver;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogServiceTest {

    private static final RouteTarget GROQ_DEFAULT = new RouteTarget(GROQ, new ModelId("openai/gpt-oss-20b"));
    private static final RouteTarget TARGET = new RouteTarget(GROQ, new ModelId("listed-by-groq/2"));

    @AutoClose
    private final TestGateway test = new TestGateway();

    @Test
    void refresh_keeps_the_first_1000_listed_models() {
        for (int listed : List.of(0, 1, 999, 1000, 1001, 100_000)) {
            test.groq.lists(GROQ_1, models(listed));

            test.gateway.models().refresh();

            assertEquals(Math.min(listed, 1000) + 1, models(GROQ).size());
            assertEquals("openai/gpt-oss-20b", models(GROQ).getLast());
        }
    }

    @Test
    void request_for_a_newly_listed_model_is_routed() {
        test.gateway.models().refresh();

        var answer = test.chat(selecting(null, "listed-by-cerebras/1"));

        assertEquals(CEREBRAS, answer.servedBy().target().provider());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refresh_uses_the_next_key_when_one_is_refused_or_blocked(boolean blocked) {
        Failure failure = blocked ? new Failure.AccountBlocked("unpaid") : new Failure.KeyRefused("invalid");
        test.groq.lists(GROQ_1, new ModelsReply.Failed(failure));
        test.groq.lists(GROQ_2, new ModelsReply.Listed(List.of(new ModelId("seen-by-the-second"))));

        test.gateway.models().refresh();

        assertEquals(List.of("seen-by-the-second", "openai/gpt-oss-20b"), models(GROQ));
    }

    @Test
    void failed_refresh_keeps_the_known_models_and_is_reported() {
        test.gateway.models().refresh();
        var down = new Failure.Unavailable("down", null);
        test.groq.lists(GROQ_1, new ModelsReply.Failed(down));

        test.gateway.models().refresh();

        assertEquals(List.of("listed-by-groq/1", "openai/gpt-oss-20b"), models(GROQ));
        verify(test.events).notListed(GROQ_1, down);
    }

    @Test
    void refresh_failure_is_reported_once_and_a_cancelled_one_never() {
        var silent = new ModelsReply.Failed(new Failure.OutOfTime());
        test.groq.lists(GROQ_1, silent);
        test.gateway.models().refresh();
        test.gateway.models().refresh();
        test.groq.lists(GROQ_1, new ModelsReply.Failed(new Failure.Cancelled()));

        test.gateway.models().refresh();

        verify(test.events).notListed(GROQ_1, new Failure.TimedOut("no list of models within 10s"));
        verify(test.events, never()).notListed(GROQ_1, new Failure.Cancelled());
    }

    @Test
    void refresh_failure_of_a_replaced_provider_is_reported_again() {
        var down = new Failure.Unavailable("down", null);
        test.groq.lists(GROQ_1, new ModelsReply.Failed(down));
        test.gateway.models().refresh();

        test.becomes(LIMITS, Set.of(GROQ), Map.of(GROQ, test.groq), keys(GROQ, "a"));
        test.gateway.models().refresh();

        verify(test.events, times(2)).notListed(GROQ_1, down);
    }

    @Test
    void refresh_failure_after_a_list_is_reported_again() {
        var down = new Failure.Unavailable("down", null);
        for (int i = 0; i < 2; i++) {
            test.groq.lists(GROQ_1, new ModelsReply.Failed(down));
            test.gateway.models().refresh();
            test.groq.lists(GROQ_1, new ModelsReply.Listed(List.of()));
            test.gateway.models().refresh();
        }

        verify(test.events, times(2)).notListed(GROQ_1, down);
    }

    @Test
    void refresh_reports_the_last_key_when_all_are_refused() {
        var refused = new Failure.KeyRefused("invalid");
        test.groq.lists(GROQ_1, new ModelsReply.Failed(refused));
        test.groq.lists(GROQ_2, new ModelsReply.Failed(refused));

        test.gateway.models().refresh();

        verify(test.events).notListed(GROQ_2, refused);
        verify(test.events, never()).notListed(GROQ_1, refused);
    }

    @ParameterizedTest(name = "{1}, provider {0}: {2}")
    @CsvSource({
        ", , groq/openai/gpt-oss-20b > groq | cerebras",
        ", auto, groq/openai/gpt-oss-20b > groq | cerebras",
        "cerebras, , cerebras",
        "groq, auto, groq/openai/gpt-oss-20b > groq",
        ", smart, groq | cerebras > groq/openai/gpt-oss-20b",
        "groq, smart, groq > groq/openai/gpt-oss-20b",
        "cerebras, smart, cerebras",
        ", claude-opus, groq",
        ", gpt-oss-120b, cerebras/gpt-oss-120b",
        "groq, gpt-oss-120b, groq/gpt-oss-120b",
    })
    void selection_resolves_to_a_route(@Nullable String provider, @Nullable String model, String route) {
        var models = with(
                "smart=groq|cerebras>groq/openai/gpt-oss-20b",
                "claude-*=groq",
                "auto=groq/openai/gpt-oss-20b>groq|cerebras");

        assertEquals(route, models.route(new ModelSelector(provider, model)).toString());
    }

    @ParameterizedTest(name = "{1}, provider {0}: {2}")
    @CsvSource({", , auto", ", auto, auto", "groq, , groq", "groq, auto, groq", "groq, new-model, groq/new-model"})
    void auto_without_definitions_resolves_to_the_default_models(
            @Nullable String provider, @Nullable String model, String route) {
        assertEquals(route, with().route(new ModelSelector(provider, model)).toString());
    }

    @Test
    void provider_without_a_target_of_the_virtual_model_is_rejected() {
        var refused = assertThrows(
                UnknownProviderException.class,
                () -> with("claude-*=groq>groq/x").route(new ModelSelector("cerebras", "claude-opus")));

        assertEquals("The model 'claude-opus' has no target at 'cerebras'", refused.getMessage());
        assertEquals(List.of("groq"), refused.known());
    }

    @Test
    void provider_name_as_a_model_is_refused_with_its_models() {
        var refused = assertThrows(UnknownModelException.class, () -> with().route(new ModelSelector(null, "groq")));

        assertEquals("'groq' is a provider, not a model", refused.getMessage());
        assertTrue(refused.nearMatches().getFirst().startsWith("groq/"), refused.nearMatches()::toString);
    }

    @Test
    void virtual_models_survive_a_refresh_and_follow_the_settings() {
        change("smart=groq/m");
        test.gateway.models().refresh();

        var answer = test.chat(selecting(null, "smart"));

        assertEquals(new ModelId("m"), answer.servedBy().target().model());
        change("fast=groq/m");
        test.failure(UnknownModelException.class, selecting(null, "smart"));
    }

    @Test
    void unlisted_target_is_reported_once_until_it_is_listed_again() {
        change("smart=groq/listed-by-groq/2|cerebras/listed-by-cerebras/1; claude-*=smart");
        List<String> names = List.of("smart", "claude-*");
        test.gateway.models().refresh();
        test.gateway.models().refresh();

        verify(test.events).unlisted(TARGET, names, List.of("listed-by-groq/1"));
        verify(test.events).unlisted(GROQ_DEFAULT, List.of(), List.of());
        test.groq.lists(GROQ_1, new ModelsReply.Listed(List.of(new ModelId("listed-by-groq/2"))));
        test.gateway.models().refresh();
        test.groq.lists(GROQ_1, new ModelsReply.Listed(List.of(new ModelId("zzz"))));
        test.gateway.models().refresh();
        verify(test.events).unlisted(TARGET, names, List.of());
        change("claude-*=groq/listed-by-groq/2");
        test.gateway.models().refresh();
        verifyNoMoreInteractions(test.events);
        change("claude-*=groq/other");
        verify(test.events).unlisted(new RouteTarget(GROQ, new ModelId("other")), List.of("claude-*"), List.of());
    }

    @Test
    void refresh_beside_a_reload_does_not_suppress_the_next_report() throws Exception {
        change("smart=groq/listed-by-groq/2; fast=groq/other");
        Thread reload = Thread.ofPlatform().unstarted(() -> change("smart=groq/listed-by-groq/1"));
        doAnswer(_ -> {
                    ModelCatalog before = test.gateway.models().catalog();
                    reload.start();
                    while (reload.isAlive() && reload.getState() != Thread.State.BLOCKED) {
                        Thread.onSpinWait();
                    }
                    assertSame(before, test.gateway.models().catalog(), "the reload waits for the report");
                    return null;
                })
                .when(test.events)
                .unlisted(eq(TARGET), any(), any());
        test.gateway.models().refresh();
        reload.join();

        change("fast=groq/other");

        verify(test.events, times(2)).unlisted(eq(new RouteTarget(GROQ, new ModelId("other"))), any(), any());
    }

    /// Each suggestion compares the target with all listed models.
    @Test
    void first_twenty_unlisted_targets_have_a_suggestion() {
        change(virtualModels(30));

        test.gateway.models().refresh();

        verify(test.events, times(20)).unlisted(any(), any(), eq(List.of("listed-by-groq/1")));
        var last = new RouteTarget(GROQ, new ModelId("listed-by-groq/30"));
        verify(test.events).unlisted(last, List.of("v30"), List.of());
    }

    @Test
    void new_unlisted_target_has_a_suggestion_beside_twenty_that_stay_unlisted() {
        change(virtualModels(30));
        test.gateway.models().refresh();

        change(virtualModels(31));

        var added = new RouteTarget(GROQ, new ModelId("listed-by-groq/31"));
        verify(test.events).unlisted(added, List.of("v31"), List.of("listed-by-groq/1"));
    }

    private static String virtualModels(int last) {
        return IntStream.rangeClosed(10, last)
                .mapToObj(i -> "v" + i + "=groq/listed-by-groq/" + i)
                .collect(Collectors.joining("; "));
    }

    @ParameterizedTest(name = "{0} models")
    @ValueSource(ints = {0, 1000, 1001})
    void empty_or_truncated_model_list_reports_no_unlisted_target(int listed) {
        change("smart=groq/listed-by-groq/2");
        test.groq.lists(GROQ_1, models(listed));

        test.gateway.models().refresh();

        verifyNoInteractions(test.events);
    }

    private void change(String definition) {
        test.gateway.change(parts(definition), Set.of());
    }

    private GatewayParts parts(String definition) {
        return new GatewayParts(
                List.of(keys(GROQ, "a")),
                Map.of(GROQ, test.groq, CEREBRAS, test.cerebras),
                catalog(definition.split("; ")),
                LIMITS,
                ClientRules.NONE);
    }

    private ModelCatalogService with(String... definitions) {
        return new ModelCatalogService(
                List.of(GROQ, CEREBRAS),
                new ProviderPorts(List.of(), Map.of(), test.events),
                catalog(definitions),
                test.events);
    }

    private ModelCatalog catalog(String... definitions) {
        var texts = new LinkedHashMap<String, String>();
        for (String definition : definitions) {
            String[] parts = definition.split("=", 2);
            texts.put(parts[0], parts[1]);
        }
        ModelCatalog real = test.gateway.models().catalog();
        return new ModelCatalog(real.models(), new VirtualModelResolver(texts, real, Map.of()).resolve());
    }

    private static ModelsReply models(int number) {
        return new ModelsReply.Listed(
                IntStream.range(0, number).mapToObj(i -> new ModelId("m" + i)).toList());
    }

    private List<String> models(ProviderId provider) {
        return test.gateway.models().catalog().models().getOrDefault(provider, new LinkedHashSet<>()).stream()
                .map(ModelId::value)
                .toList();
    }
}
