package io.keywheel.domain.client;

import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_DAY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.VirtualModels;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientRuleTest {

    @ParameterizedTest
    @ValueSource(longs = {0, -1, ClientLimit.MOST + 1})
    void limit_out_of_range_is_rejected(long most) {
        assertThrows(IllegalArgumentException.class, () -> rule(Map.of(TOKENS_PER_DAY, most)));
    }

    @ParameterizedTest
    @CsvSource({
        "smart, , smart, true",
        "smart, groq, smart, true",
        "smarter, , smart, false",
        "smart, , groq/*, false",
        "groq/virtual, , groq/*, true",
        "groq/anything, , groq/*, true",
        "groq, , groq/*, false",
        "fast, , groq/*, false",
        "'', , groq/*, false",
        "a, , groq/*, true",
        "a, , groq/a, true",
        "groq/a, , a, false",
        "groq/a, groq, a, true",
        "a, cerebras, groq/*, false",
        "a, cerebras, a, true",
        "a, none, groq/a, true",
        "groq/own, , groq/own, true",
        "groq/own, cerebras, groq/*, false",
        "groq/own, cerebras, groq/own, false",
        "groq/own, cerebras, cerebras/groq/*, true",
        "cerebras/b, , cerebras/*, true",
        "cerebras/b, , groq/*, false",
        "cerebras/b, groq, groq/*, true",
        "cerebras/b, groq, cerebras/b, false",
        "openai/c, groq, openai/*, true",
    })
    void rule_allows_the_listed_models(String model, @Nullable String provider, String entry, boolean allowed) {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.put(new ProviderId("groq"), ids("a", "groq/own"));
        models.put(new ProviderId("cerebras"), ids("a", "b"));
        var route = new VirtualModels.Definition(Route.AUTO, List.of());
        var virtual = new LinkedHashMap<>(Map.of("smart", route, "groq/virtual", route));
        var catalog = new ModelCatalog(models, new VirtualModels(virtual));

        assertEquals(allowed, new ClientRule(Map.of(), List.of("x/y", entry), false).allows(model, provider, catalog));
        assertTrue(ClientRule.UNLIMITED.allows(model, provider, catalog));
    }

    private static SequencedSet<ModelId> ids(String... ids) {
        return Stream.of(ids).map(ModelId::new).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Test
    void rule_prints_its_limits_and_models() {
        var limits = Map.of(CONCURRENT_REQUESTS, 8L, TOKENS_PER_DAY, ClientLimit.MOST, REQUESTS_PER_MINUTE, 60L);

        assertEquals(
                "60rpm " + ClientLimit.MOST + "tpd 8 at once, see all, models smart groq/*",
                new ClientRule(limits, List.of("smart", "groq/*"), true).toString());
        assertEquals("no limits", ClientRule.UNLIMITED.toString());
        assertEquals("at once", CONCURRENT_REQUESTS.label());
    }

    @Test
    void client_without_its_own_rule_gets_the_default_rule() {
        var rules = new ClientRules(
                Map.of("alice", rule(Map.of(REQUESTS_PER_MINUTE, 1L))), rule(Map.of(REQUESTS_PER_MINUTE, 2L)));

        assertEquals("1rpm", rules.of("alice").toString());
        assertEquals("2rpm", rules.of("bob").toString());
        assertEquals(ClientRule.UNLIMITED, ClientRules.NONE.of("alice"));
        assertEquals("bob", ClientRules.nameOf("bob"));
        assertEquals("anonymous", ClientRules.nameOf(null));
    }

    private static ClientRule rule(Map<ClientLimit, Long> limits) {
        return new ClientRule(limits, List.of(), false);
    }
}
