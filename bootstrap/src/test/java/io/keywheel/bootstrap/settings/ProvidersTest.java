package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.routing.ModelId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {

    @Test
    void a_provider_takes_the_defaults_of_its_adapter() {
        ProviderSetup groq = Reading.usable("GROQ_API_KEYS=k").providers().getFirst();

        assertEquals("https://groq.example/v1", groq.settings().baseUrl());
        assertEquals(new ModelId("big"), groq.profile().defaultModel());
    }

    @Test
    void a_setting_goes_before_a_default() {
        ProviderSetup groq = Reading.usable(
                        "GROQ_API_KEYS=k", "GROQ_BASE_URL=http://localhost:9/v1//", "GROQ_DEFAULT_MODEL=small")
                .providers()
                .getFirst();

        assertEquals("http://localhost:9/v1", groq.settings().baseUrl());
        assertEquals(new ModelId("small"), groq.profile().defaultModel());
    }

    @Test
    void the_rotation_is_in_the_order_given() {
        assertEquals(
                List.of("cerebras", "groq"),
                names(Reading.of("KEYWHEEL_PROVIDERS=cerebras, groq", "GROQ_API_KEYS=k", "CEREBRAS_API_KEYS=k")));
    }

    @Test
    void a_provider_without_a_key_is_left_out_with_a_notice() {
        var report = Reading.of("GROQ_API_KEYS=k");

        assertEquals(List.of("groq"), names(report));
        assertEquals(List.of("cerebras is left out, because CEREBRAS_API_KEYS is not set"), report.notices());
    }

    @Test
    void keys_that_are_set_to_nothing_are_told_from_keys_that_are_not_set() {
        assertEquals(
                List.of(
                        "groq is left out, because GROQ_API_KEYS is set, but blank",
                        "cerebras is left out, because CEREBRAS_API_KEYS is set, but holds no key"),
                Reading.of("GROQ_API_KEYS= ", "CEREBRAS_API_KEYS=,").notices());
    }

    @Test
    void what_must_be_set_is_said_to_be_blank_where_it_is() {
        assertEquals(
                List.of("MINE_BASE_URL is set, but blank: it must say something, because mine is a provider without"
                        + " defaults"),
                Reading.of("KEYWHEEL_PROVIDERS=mine", "MINE_BASE_URL=", "MINE_DEFAULT_MODEL=m")
                        .problems());
    }

    @Test
    void providers_without_a_problem_are_reported_beside_those_with_one() {
        var report = Reading.of("GROQ_API_KEYS=k", "CEREBRAS_API_KEYS=a b", "KEYWHEEL_PORT=x");

        assertTrue(report.settings().isEmpty());
        assertEquals(
                List.of("groq"),
                report.providers().stream().map(setup -> setup.id().value()).toList());
    }

    @Test
    void nothing_set_is_no_problem_but_nobody_to_ask() {
        assertEquals(List.of(), names(Reading.of()));
    }

    @Test
    void keys_of_a_provider_out_of_the_rotation_are_noticed() {
        assertEquals(
                List.of("CEREBRAS_API_KEYS is set, but KEYWHEEL_PROVIDERS does not name cerebras"),
                Reading.of("KEYWHEEL_PROVIDERS=groq", "GROQ_API_KEYS=k", "CEREBRAS_API_KEYS=k")
                        .notices());
    }

    @Test
    void any_further_provider_comes_from_settings_alone() {
        ProviderSetup mine = Reading.usable(
                        "KEYWHEEL_PROVIDERS=my-llm",
                        "MY_LLM_BASE_URL=https://llm.example/v1",
                        "MY_LLM_API_KEYS=k1,k2",
                        "MY_LLM_DEFAULT_MODEL=tiny")
                .providers()
                .getFirst();

        assertEquals("compatible", mine.adapter().id().value());
        assertEquals("my-llm/2", mine.profile().keys().get(1).slot().toString());
    }

    @Test
    void a_further_provider_without_keys_has_one_keyless_place() {
        ProviderSetup mine = Reading.usable(
                        "KEYWHEEL_PROVIDERS=mine", "MINE_BASE_URL=http://localhost:1", "MINE_DEFAULT_MODEL=tiny")
                .providers()
                .getFirst();

        assertSame(ApiKey.NONE, mine.settings().keys().getFirst());
        assertEquals(1, mine.profile().keys().size());
    }

    @Test
    void a_further_provider_must_say_where_and_what() {
        assertEquals(
                List.of(
                        "GROK_BASE_URL must be set, because grok is a provider without defaults; did you mean groq?",
                        "GROK_DEFAULT_MODEL must be set, because grok is a provider without defaults; did you mean"
                                + " groq?"),
                Reading.of("KEYWHEEL_PROVIDERS=grok", "GROK_API_KEYS=k").problems());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Groq", "groq;cerebras", "1st", "keywheel"})
    void a_name_that_cannot_be_a_provider_is_a_problem(String rotation) {
        assertEquals(
                1,
                Reading.of("KEYWHEEL_PROVIDERS=" + rotation, "GROQ_API_KEYS=k")
                        .problems()
                        .size());
    }

    @Test
    void blank_names_are_dropped() {
        assertEquals(List.of("groq"), names(Reading.of("KEYWHEEL_PROVIDERS=,groq, ,", "GROQ_API_KEYS=k")));
    }

    @Test
    void a_rotation_of_nobody_is_a_problem() {
        assertEquals(
                List.of("KEYWHEEL_PROVIDERS is set, but names no provider"),
                Reading.of("KEYWHEEL_PROVIDERS=,", "GROQ_API_KEYS=k").problems());
    }

    @Test
    void names_that_share_their_variables_are_a_problem() {
        var problems = Reading.of(
                        "KEYWHEEL_PROVIDERS=a-b,a_b", "A_B_BASE_URL=http://localhost:1", "A_B_DEFAULT_MODEL=m")
                .problems();

        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().contains("A_B_"));
    }

    @Test
    void a_repeated_provider_is_dropped_with_a_warning() {
        var report = Reading.of("KEYWHEEL_PROVIDERS=groq,groq", "GROQ_API_KEYS=k");

        assertEquals(List.of("groq"), names(report));
        assertEquals(List.of("KEYWHEEL_PROVIDERS, entry 2: repeats groq and is dropped"), report.warnings());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "groq.example/v1",
                "ftp://groq.example",
                "https://",
                "https://user@groq.example",
                "https://groq.example?x",
                "https://groq.example#x",
                "https://groq.example:99999",
                "https://groq example"
            })
    void a_base_url_is_absolute_and_plain(String url) {
        var problems = Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url).problems();

        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().startsWith("GROQ_BASE_URL must be an absolute http or https URL"));
    }

    @Test
    void a_base_url_has_its_scheme_in_any_case() {
        assertEquals("https://Groq.example/v1", url("GROQ_BASE_URL=HTTPS://Groq.example/v1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://groq.example",
                "HTTP://groq.example",
                "http://10.0.0.7:8000/v1",
                "http://0.0.0.0/v1",
                "http://localhost.groq.example",
                "http://127.0.0.1.groq.example",
                "http://[::2]/v1",
            })
    void keys_do_not_leave_the_machine_in_the_clear(String url) {
        assertEquals(
                List.of("GROQ_BASE_URL must begin with https://, because groq is not on this machine: over http, others"
                        + " could read the keys on the way; GROQ_ALLOW_HTTP=true allows it"),
                Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url).problems());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:1", "http://127.9.9.9/v1", "http://[::1]:8000/v1", "https://groq.example"})
    void this_machine_is_spoken_to_over_http_too(String url) {
        assertEquals(url, url("GROQ_BASE_URL=" + url));
    }

    @Test
    void an_operator_may_allow_http_for_one_provider() {
        assertEquals("http://groq.example", url("GROQ_BASE_URL=http://groq.example", "GROQ_ALLOW_HTTP=true"));
        assertEquals(
                1,
                Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=http://groq.example", "CEREBRAS_ALLOW_HTTP=true")
                        .problems()
                        .size());
    }

    @Test
    void http_that_is_allowed_is_warned_of() {
        assertEquals(
                List.of("GROQ_ALLOW_HTTP=true: keys, prompts and answers go between here and groq over http, and can be"
                        + " read on the way"),
                Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=http://groq.example", "GROQ_ALLOW_HTTP=true")
                        .warnings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "https://groq.example"})
    void http_that_is_allowed_for_nothing_is_warned_of(String url) {
        assertEquals(
                List.of("GROQ_ALLOW_HTTP=true allows a base URL over http that is not there: better take it out"),
                Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url, "GROQ_ALLOW_HTTP=true")
                        .warnings());
        assertEquals(
                List.of(),
                Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url, "GROQ_ALLOW_HTTP=false")
                        .warnings());
    }

    @Test
    void whether_http_is_allowed_is_true_or_false() {
        assertEquals(
                List.of("GROQ_ALLOW_HTTP must be true or false"),
                Reading.of("GROQ_API_KEYS=k", "GROQ_ALLOW_HTTP=yes").problems());
    }

    private static String url(String... settings) {
        String[] all =
                Stream.concat(Stream.of("GROQ_API_KEYS=k"), Stream.of(settings)).toArray(String[]::new);
        return Reading.usable(all).providers().getFirst().settings().baseUrl();
    }

    private static List<String> names(SettingsReport report) {
        return report.settings().orElseThrow().providers().stream()
                .map(provider -> provider.id().value())
                .toList();
    }
}
