package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.domain.routing.ModelId;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {

    /// A blank setting counts as unset.
    @ParameterizedTest
    @CsvSource({
        "'', '', https://groq.example/v1, big",
        "http://localhost:9/v1//, small, http://localhost:9/v1, small",
    })
    void setting_takes_precedence_over_the_adapter_default(String url, String model, String usedUrl, String usedModel) {
        ProviderSetup groq = Reading.provider("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url, "GROQ_DEFAULT_MODEL=" + model);

        assertEquals(usedUrl, groq.settings().baseUrl());
        assertEquals(new ModelId(usedModel), groq.profile().defaultModel());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    KEYWHEEL_PROVIDERS=cerebras, groq; GROQ_API_KEYS=k; CEREBRAS_API_KEYS=k | cerebras, groq
                    KEYWHEEL_PROVIDERS=,groq, ,groq; GROQ_API_KEYS=k | groq
                    GROQ_API_KEYS=k | groq
                    GROQ_API_KEYS= | ''
                    """)
    void rotation_has_the_providers_with_keys_in_configured_order(String settings, String providers) {
        var report = Reading.of(settings.split("; ", -1)).assertProblems();

        assertEquals(providers, String.join(", ", report.providerNames()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GROQ_API_KEYS=k | cerebras is left out, because CEREBRAS_API_KEYS is not set; to use it, make a key at https://cloud.cerebras.ai
                    GROQ_API_KEYS= | groq is left out, because GROQ_API_KEYS is set, but blank; to use it, make a key at https://console.groq.com/keys
                    CEREBRAS_API_KEYS=, | cerebras is left out, because CEREBRAS_API_KEYS is set, but holds no key; to use it, make a key at https://cloud.cerebras.ai
                    KEYWHEEL_PROVIDERS=openai; OPENAI_DEFAULT_MODEL=m | openai is left out, because OPENAI_API_KEYS is not set; to use it, make a key at https://platform.openai.com/api-keys
                    GROQ_API_KEYS=k; OPENAI_API_KEYS=k | OPENAI_API_KEYS is set, but KEYWHEEL_PROVIDERS does not name openai: to use it, write KEYWHEEL_PROVIDERS=groq,cerebras,openai
                    KEYWHEEL_PROVIDERS=groq; GROQ_API_KEYS=k; CEREBRAS_API_KEYS=k | CEREBRAS_API_KEYS is set, but KEYWHEEL_PROVIDERS does not name cerebras: to use it, write KEYWHEEL_PROVIDERS=groq,cerebras
                    KEYWHEEL_PROVIDERS=groq,groq; GROQ_API_KEYS=k | KEYWHEEL_PROVIDERS, entry 2: repeats groq and is dropped
                    """)
    void omitted_provider_is_reported_with_the_reason(String settings, String remark) {
        var report = Reading.of(settings.split("; ", -1));

        assertTrue(report.notices().contains(remark) || report.warnings().contains(remark), report::toString);
    }

    /// The advice would repeat the mistyped name.
    @Test
    void keys_of_an_omitted_provider_are_not_mentioned_beside_a_mistyped_one() {
        assertEquals(
                List.of(),
                Reading.of("KEYWHEEL_PROVIDERS=grok", "GROQ_API_KEYS=k").notices());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    KEYWHEEL_PROVIDERS=, | KEYWHEEL_PROVIDERS is set, but names no provider
                    KEYWHEEL_PROVIDERS=mine; MINE_BASE_URL=; MINE_DEFAULT_MODEL=m | MINE_BASE_URL is set, but blank: it must say something, as in MINE_BASE_URL=https://llm.example/v1, because mine is a provider without defaults
                    KEYWHEEL_PROVIDERS=openai; OPENAI_API_KEYS=k | OPENAI_DEFAULT_MODEL must be set, as in OPENAI_DEFAULT_MODEL=a-model-of-it, because openai has no default for it
                    KEYWHEEL_PROVIDERS=opnai; OPNAI_BASE_URL=https://a.example; OPNAI_API_KEYS=k | OPNAI_DEFAULT_MODEL must be set, as in OPNAI_DEFAULT_MODEL=a-model-of-it, because opnai is a provider without defaults; did you mean openai?
                    KEYWHEEL_PROVIDERS=grok; GROK_API_KEYS=k | GROK_BASE_URL must be set, as in GROK_BASE_URL=https://llm.example/v1, because grok is a provider without defaults; did you mean groq?; GROK_DEFAULT_MODEL must be set, as in GROK_DEFAULT_MODEL=a-model-of-it, because grok is a provider without defaults; did you mean groq?
                    GROQ_API_KEYS=k; GROQ_BASE_URL=https://a.example/v1/chat/completions | GROQ_BASE_URL must be an absolute http or https URL without user, query, fragment or /chat/completions, and without _ in its host, such as https://llm.example/v1
                    GROQ_API_KEYS=k; GROQ_BASE_URL=https://my_llm/v1 | GROQ_BASE_URL must be an absolute http or https URL without user, query, fragment or /chat/completions, and without _ in its host, such as https://llm.example/v1
                    KEYWHEEL_PROVIDERS=Groq,cerebras | KEYWHEEL_PROVIDERS, entry 1: expected names separated by commas, each a lower-case letter and up to 31 of a-z, 0-9, _ and -
                    GROQ_API_KEYS=k; GROQ_ALLOW_HTTP=yes | GROQ_ALLOW_HTTP must be true or false
                    KEYWHEEL_PROVIDERS=a-b,a_b; A_B_BASE_URL=http://localhost:1; A_B_DEFAULT_MODEL=m | KEYWHEEL_PROVIDERS, entry 2: a_b clashes with another name, because its variables would begin with A_B_ too
                    """)
    void missing_or_invalid_provider_setting_is_a_problem(String settings, String problems) {
        assertEquals(
                problems, String.join("; ", Reading.of(settings.split("; ", -1)).problems()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Groq", "groq;cerebras", "1st", "keywheel"})
    void invalid_provider_name_is_a_problem(String name) {
        Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_PROVIDERS=" + name).assertProblemBegins("KEYWHEEL_PROVIDERS");
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
    void relative_or_decorated_base_url_is_a_problem(String url) {
        Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url)
                .assertProblemBegins("GROQ_BASE_URL must be an absolute http or https URL");
    }

    @Test
    void valid_providers_are_reported_despite_problems_of_others() {
        var report = Reading.of("GROQ_API_KEYS=k", "CEREBRAS_API_KEYS=a b", "KEYWHEEL_PORT=x");

        assertFalse(report.problems().isEmpty());
        assertEquals(List.of("groq"), report.providerNames());
    }

    @Test
    void custom_provider_needs_only_settings() {
        String[] settings = {
            "KEYWHEEL_PROVIDERS=my-llm", "MY_LLM_BASE_URL=https://llm.example/v1", "MY_LLM_DEFAULT_MODEL=tiny", ""
        };
        settings[3] = "MY_LLM_API_KEYS=k1,k2";
        ProviderSetup mine = Reading.provider(settings);
        settings[3] = "MY_LLM_API_KEYS=";
        ProviderSetup keyless = Reading.provider(settings);

        assertEquals("compatible", mine.adapter().id().value());
        assertEquals("my-llm/2", mine.profile().keys().get(1).slot().toString());
        assertEquals(1, keyless.profile().keys().size());
        assertSame(ApiKey.NONE, keyless.settings().keys().getFirst());
    }

    /// A preset with another base URL may be keyless.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    openai | OPENAI_API_KEYS=k | https://openai.example/v1 | c0ffee
                    openai | OPENAI_API_KEYS=k; OPENAI_BASE_URL=https://proxy.example | https://proxy.example | c0ffee
                    openai | OPENAI_BASE_URL=https://proxy.example | https://proxy.example | none
                    ollama | OLLAMA_BASE_URL= | http://localhost:11434/v1 | none
                    """)
    void preset_has_a_default_base_url_and_may_be_keyless(String name, String settings, String url, String key) {
        String model = name.toUpperCase(Locale.ROOT) + "_DEFAULT_MODEL=m";
        var pairs = Stream.concat(Stream.of("KEYWHEEL_PROVIDERS=" + name, model), Stream.of(settings.split("; ", -1)));

        var setup = Reading.provider(pairs.toArray(String[]::new));

        assertEquals("compatible", setup.adapter().id().value());
        assertEquals(url, setup.settings().baseUrl());
        assertEquals(key.equals("none"), setup.settings().keys().getFirst().equals(ApiKey.NONE));
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
    void http_base_url_of_a_remote_host_is_a_problem(String url) {
        Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url, "CEREBRAS_ALLOW_HTTP=true")
                .assertProblems(
                        "GROQ_BASE_URL must begin with https://, because groq is not on this machine: over http, others"
                                + " could read the keys on the way; GROQ_ALLOW_HTTP=true allows it");
    }

    @ParameterizedTest
    @CsvSource({
        "http://groq.example, true, 'GROQ_ALLOW_HTTP=true: keys, prompts and answers go between here and groq over http, and can be read on the way'",
        "http://localhost:1, true, GROQ_ALLOW_HTTP=true has no effect: the base URL of groq is not http on another machine",
        "https://groq.example, true, GROQ_ALLOW_HTTP=true has no effect: the base URL of groq is not http on another machine",
        "http://localhost:1, false, ''",
        "https://groq.example, false, ''",
    })
    void permitted_http_is_a_warning_that_says_what_it_does(String url, boolean permitted, String warning) {
        var report = Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url, "GROQ_ALLOW_HTTP=" + permitted)
                .assertProblems();

        assertEquals(warning, String.join("; ", report.warnings()));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:1, http://localhost:1",
        "http://127.9.9.9/v1, http://127.9.9.9/v1",
        "http://[::1]:8000/v1, http://[::1]:8000/v1",
        "HTTPS://Groq.example/v1, https://groq.example/v1",
        "https://groq.example:443/v1, https://groq.example/v1",
        "https://groq.example:8443/V1/, https://groq.example:8443/V1",
    })
    void loopback_base_url_may_use_http(String url, String used) {
        var setup = Reading.provider("GROQ_API_KEYS=k", "GROQ_BASE_URL=" + url);

        assertEquals(used, setup.settings().baseUrl());
    }
}
