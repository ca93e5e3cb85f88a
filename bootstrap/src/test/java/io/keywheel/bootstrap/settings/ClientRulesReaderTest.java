package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientRulesReaderTest {

    private static final String TOKENS = "KEYWHEEL_ACCESS_TOKENS=alice=one,bob=two";

    private static ClientRules rules(String text) {
        return Reading.usable(TOKENS, "KEYWHEEL_CLIENTS=" + text).clients();
    }

    @Test
    void rule_sets_limits_models_and_see_all() {
        ClientRules rules = rules(
                "alice: 60rpm 100000tpm 9rpd 2000000tpd 8 at once, see all," + " models smart fast groq/*; *: 30rpm");

        assertEquals(
                new ClientRule(
                        Map.of(
                                ClientLimit.REQUESTS_PER_MINUTE, 60L,
                                ClientLimit.TOKENS_PER_MINUTE, 100_000L,
                                ClientLimit.REQUESTS_PER_DAY, 9L,
                                ClientLimit.TOKENS_PER_DAY, 2_000_000L,
                                ClientLimit.CONCURRENT_REQUESTS, 8L),
                        List.of("smart", "fast", "groq/*"),
                        true),
                rules.of("alice"));
        assertEquals("30rpm", rules.of("bob").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ' bob : 5 rpm   1  at   once ' | 5rpm 1 at once
                    bob:see all | see all
                    bob: models auto, models smart | models auto smart
                    bob: see all 3rpd | 3rpd, see all
                    'bob: 3rpd\n8 at\nonce,\nmodels auto\n  smart' | 3rpd 8 at once, models auto smart
                    '; bob: 4503599627370496tpd ;' | 4503599627370496tpd
                    """)
    void rule_ignores_whitespace_and_order(String text, String rule) {
        assertEquals(rule, rules(text).of("bob").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    60rpm | entry 2: expected client: limits, as in alice: 60rpm 8 at once
                    Bob: 60rpm | entry 2: before : a client's name is expected, up to 32 of a-z, 0-9 and -, or *
                    alice: 60rpm | alice: defined twice
                    bob: | bob: expected limits in rpm, tpm, rpd, tpd or at once, such as 60rpm 8 at once, 'see all' or 'models ...', separated by commas
                    bob: 9rpm, 8 at ones | bob: expected limits in rpm, tpm, rpd, tpd or at once, such as 60rpm 8 at once, 'see all' or 'models ...', separated by commas, where it says '8 at ones'
                    bob: 0rpm | bob: rpm must be from 1 to 4503599627370496
                    bob: 4503599627370497tpm | bob: tpm must be from 1 to 4503599627370496
                    bob: 9223372036854775808rpd | bob: rpd must be from 1 to 4503599627370496
                    bob: 1rpm 2rpm | bob: rpm is there twice
                    bob: models | bob: expected names of models after 'models'
                    bob: models a*b | bob: 'a*b' is no model, which has 1 to 200 printable ASCII characters, of which only the last may be *
                    bob: models ä | bob: 'ä' is no model, which has 1 to 200 printable ASCII characters, of which only the last may be *
                    """)
    void invalid_rule_is_a_problem_with_the_client_name(String rule, String problem) {
        Reading.of(TOKENS, "KEYWHEEL_CLIENTS=alice: 1rpm;" + rule).assertProblems("KEYWHEEL_CLIENTS, " + problem);
    }

    @Test
    void rule_for_a_client_without_a_token_is_a_warning() {
        var warnings = Reading.of(TOKENS, "KEYWHEEL_CLIENTS=alise: 1rpm").warnings();

        assertTrue(
                warnings.contains("KEYWHEEL_CLIENTS, alise: no token of KEYWHEEL_ACCESS_TOKENS has this name;"
                        + " did you mean alice?"),
                warnings::toString);
        Reading.of("KEYWHEEL_CLIENTS=anonymous: 1rpm; *: 2rpm").assertWarnings();
        Reading.of("KEYWHEEL_CLIENTS=alice: 1rpm")
                .assertWarnings(
                        "KEYWHEEL_CLIENTS, alice: no token of KEYWHEEL_ACCESS_TOKENS has this name; without tokens, every"
                                + " client is anonymous, and './keywheel token alice' makes one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    alice: models smrt | KEYWHEEL_CLIENTS, alice: no model is called smrt; did you mean smart?
                    *: models elsewhere/* | KEYWHEEL_CLIENTS, *: no model is called elsewhere/*
                    *: models smrt; alice: models smrt | KEYWHEEL_CLIENTS, *, alice: no model is called smrt; did you mean smart?
                    alice: models smart auto big wide groq/wide groq/* sm* | ''
                    """)
    void rule_with_an_unknown_model_is_a_warning(String rule, String warnings) {
        String[] settings = {"GROQ_API_KEYS=k", "KEYWHEEL_MODELS=smart=groq/big", TOKENS, "KEYWHEEL_CLIENTS=" + rule};
        var report = Reading.of(settings);

        // Before the model list is loaded, only the default model is known.
        assertTrue(report.warnings().stream().noneMatch(it -> it.contains("no model is called")));
        assertEquals(warnings, String.join("; ", unknownModels(report)));
    }

    @Test
    void warning_names_the_first_ten_clients_of_an_unknown_model() {
        String rules = IntStream.rangeClosed(10, 21)
                .mapToObj("; c%d: models smrt"::formatted)
                .collect(Collectors.joining());

        assertEquals(
                List.of("KEYWHEEL_CLIENTS, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19 and 2 more: no model is"
                        + " called smrt"),
                unknownModels(Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_CLIENTS=" + rules)));
    }

    /// Each suggestion compares the name with all models.
    @Test
    void first_twenty_unknown_models_have_a_suggestion() {
        String names =
                IntStream.rangeClosed(10, 30).mapToObj(" wide-%d"::formatted).collect(Collectors.joining());

        var warnings = unknownModels(Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_CLIENTS=*: models" + names));

        assertEquals("KEYWHEEL_CLIENTS, *: no model is called wide-29; did you mean wide?", warnings.get(19));
        assertEquals("KEYWHEEL_CLIENTS, *: no model is called wide-30", warnings.get(20));
    }

    /// Each suggestion compares the name with those of all tokens.
    @Test
    void first_twenty_unknown_clients_have_a_suggestion() {
        String rules = IntStream.rangeClosed(10, 30)
                .mapToObj("alice%d: 1rpm;"::formatted)
                .collect(Collectors.joining());

        var warnings = Reading.of("GROQ_API_KEYS=k", TOKENS, "KEYWHEEL_CLIENTS=" + rules).warnings().stream()
                .filter(warning -> warning.contains("has this name"))
                .toList();

        String unknown = "KEYWHEEL_CLIENTS, alice%d: no token of KEYWHEEL_ACCESS_TOKENS has this name%s";
        assertEquals(unknown.formatted(29, "; did you mean alice?"), warnings.get(19));
        assertEquals(unknown.formatted(30, ""), warnings.get(20));
    }

    /// The warnings about unknown models once the provider has listed its models.
    private static List<String> unknownModels(Reading report) {
        var models = new LinkedHashSet<>(List.of(new ModelId("big"), new ModelId("wide")));
        ModelCatalog listed = report.settings().catalog().with(new ProviderId("groq"), models);
        return report.report().warnings(listed).stream()
                .filter(warning -> warning.contains("no model is called"))
                .toList();
    }
}
