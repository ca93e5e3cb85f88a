package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
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
    void a_name_that_is_almost_one_is_a_warning(String written, String meant) {
        String hint = meant.isEmpty() ? "" : "; did you mean " + meant + "?";

        assertEquals(List.of(written + " is not a setting" + hint), Reading.warnings(written + "=1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GROQ_LOG", "PATH", "GROQ", "OPENAI_API_KEY"})
    void a_name_of_another_program_is_left_alone(String name) {
        assertEquals(List.of(), Reading.of(name + "=1").warnings());
    }

    @Test
    void a_further_provider_is_looked_after_as_well() {
        assertEquals(
                List.of("MINE_API_KEY is not a setting; did you mean MINE_API_KEYS?"),
                Reading.of(
                                "KEYWHEEL_PROVIDERS=mine",
                                "MINE_BASE_URL=http://localhost:1",
                                "MINE_DEFAULT_MODEL=m",
                                "MINE_API_KEY=k")
                        .warnings());
    }
}
