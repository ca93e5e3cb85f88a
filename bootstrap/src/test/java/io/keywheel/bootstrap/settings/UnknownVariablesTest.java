package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownVariablesTest {

    @ParameterizedTest
    @CsvSource({
        "KEYWHEEL_PROT, KEYWHEEL_PORT",
        "KEYWHEEL_MAX_BODY_SIZE, KEYWHEEL_MAX_BODY",
        "KEYWHEEL_ACCESS_TOKEN, KEYWHEEL_ACCESS_TOKENS",
        "KEYWHEEL_PROVIDER, KEYWHEEL_PROVIDERS",
        "GROQ_API_KEY, GROQ_API_KEYS",
        "GROQ_MODEL, GROQ_DEFAULT_MODEL",
        "CEREBRAS_URL, CEREBRAS_BASE_URL",
        "KEYWHEEL_QQQQQQ, ''",
    })
    void unknown_variable_is_a_warning_with_a_near_match(String written, String meant) {
        String hint = meant.isEmpty() ? "" : "; did you mean " + meant + "?";

        Reading.of(written + "=1").assertWarnings(written + " is not a setting" + hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GROQ_LOG", "PATH", "GROQ", "OPENAI_API_KEY", "KEYWHEEL_JAVA_OPTIONS"})
    void variable_of_another_program_or_of_the_launcher_is_ignored(String name) {
        Reading.of(name + "=1").assertWarnings();
    }

    @Test
    void misspelt_variable_of_a_custom_provider_is_a_warning() {
        Reading.of(
                        "KEYWHEEL_PROVIDERS=mine",
                        "MINE_BASE_URL=http://localhost:1",
                        "MINE_DEFAULT_MODEL=m",
                        "MINE_API_KEY=k")
                .assertWarnings("MINE_API_KEY is not a setting; did you mean MINE_API_KEYS?");
    }

    /// Warnings about unknown names, without the one about file permissions.
    private static List<String> ofNames(Path dotenv) {
        return Reading.of(dotenv).warnings().stream()
                .filter(warning -> warning.contains(" is not a setting"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "KEYWHEL_DATA, KEYWHEEL_DATA, ''",
        "KEYWEEL_PORT, KEYWHEEL_PORT, ''",
        "GROQ2_API_KEYS, GROQ_API_KEYS, of a provider in KEYWHEEL_PROVIDERS",
        "GROK_API_KEYS, GROQ_API_KEYS, of a provider in KEYWHEEL_PROVIDERS",
        "OPENAI_KEYS, OPENAI_API_KEYS, ''",
        "OPENIA_BASE_URL, OPENAI_BASE_URL, of a provider in KEYWHEEL_PROVIDERS",
        "groq_api_keys, GROQ_API_KEYS, ''",
        "Keywheel_Port, KEYWHEEL_PORT, ''",
    })
    void near_match_is_a_warning_in_the_file_and_ignored_in_the_environment(
            String written, String meant, String owner, @TempDir Path directory) throws IOException {
        Path dotenv = Files.writeString(directory.resolve(".env"), written + "=1");
        String known = " is not a setting" + (owner.isEmpty() ? "" : " " + owner);

        assertEquals(List.of(written + known + "; did you mean " + meant + "?"), ofNames(dotenv));
        Reading.of(written + "=1").assertWarnings();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"KEYWORDS_PORT", "KEY_FILE", "MINE_API_KEYS", "OPENAI_API_KEYS", "REDIS_URL", "GRAFANA_PORT"})
    void unrelated_variable_in_the_file_is_ignored(String written, @TempDir Path directory) throws IOException {
        Path dotenv = Files.writeString(directory.resolve(".env"), written + "=1");

        assertEquals(List.of(), ofNames(dotenv));
    }

    /// The warning requires a provider with known models, at its default base URL, and a near match. Other names may be
    /// new models.
    @ParameterizedTest
    @CsvSource({
        "org/big-120, ACME_DEFAULT_MODEL: acme is not known to serve org/big-120; did you mean org/big-120b?",
        "org/big-120b, ''",
        "quite-another, ''",
    })
    void default_model_close_to_a_known_one_is_a_warning(String written, String warning) {
        var defaults =
                new ProviderDefaults("https://acme.example/v1/", null, List.of(new ModelId("org/big-120b")), false);
        var acme = UnopenedProvider.adapters(new UnopenedProvider(new ProviderId("acme"), defaults, List.of()));

        Reading.with(acme, "KEYWHEEL_PROVIDERS=acme", "ACME_API_KEYS=k", "ACME_DEFAULT_MODEL=" + written)
                .assertWarnings(warning.isEmpty() ? new String[0] : new String[] {warning});
    }
}
