package io.keywheel.domain.client;

import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_DAY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientRuleTest {

    private static ClientRule rule(ClientLimit limit, long most) {
        return new ClientRule(Map.of(limit, most), List.of(), false);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, ClientLimit.MOST + 1})
    void a_limit_out_of_range_is_refused(long most) {
        assertThrows(IllegalArgumentException.class, () -> rule(TOKENS_PER_DAY, most));
    }

    @ParameterizedTest
    @CsvSource({
        "smart, true",
        "smarter, false",
        "groq/anything, true",
        "groq, false",
        "fast, false",
    })
    void a_rule_allows_the_models_it_names(String model, boolean allowed) {
        var rule = new ClientRule(Map.of(), List.of("smart", "groq/*"), false);
        assertEquals(allowed, rule.allows(List.of("elsewhere/x", model)));
        assertTrue(ClientRule.UNLIMITED.allows(List.of(model)));
    }

    @Test
    void a_rule_reads_as_it_is_written() {
        var limits = Map.of(CONCURRENT_REQUESTS, 8L, TOKENS_PER_DAY, ClientLimit.MOST, REQUESTS_PER_MINUTE, 60L);

        assertEquals(
                "60rpm " + ClientLimit.MOST + "tpd 8 at once, see all, models smart groq/*",
                new ClientRule(limits, List.of("smart", "groq/*"), true).toString());
        assertEquals("no limits", ClientRule.UNLIMITED.toString());
        assertEquals("at once", CONCURRENT_REQUESTS.label());
    }

    @Test
    void a_client_without_a_rule_of_its_own_has_that_of_the_others() {
        var rules = new ClientRules(Map.of("alice", rule(REQUESTS_PER_MINUTE, 1)), rule(REQUESTS_PER_MINUTE, 2));

        assertEquals("1rpm", rules.of("alice").toString());
        assertEquals("2rpm", rules.of("bob").toString());
        assertEquals(ClientRule.UNLIMITED, ClientRules.NONE.of("alice"));
        assertEquals("bob", ClientRules.nameOf("bob"));
        assertEquals("anonymous", ClientRules.nameOf(null));
    }
}
