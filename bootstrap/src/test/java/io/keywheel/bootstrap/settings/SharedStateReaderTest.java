package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.bootstrap.adapters.Adapters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedStateReaderTest {

    private static SettingsReport read(String... variables) {
        var all = new HashMap<>(Map.of("GROQ_API_KEYS", "k"));
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        return Settings.read(all, Adapters.installed());
    }

    @Test
    void nothing_is_shared_by_default_and_the_salt_has_a_default() {
        var store = read("KEYWHEEL_SHARED_STATE", "redis://store").settings().orElseThrow();

        assertEquals("keywheel", store.sharedState().orElseThrow().salt());
        assertEquals(true, read().settings().orElseThrow().sharedState().isEmpty());
    }

    @Test
    void url_that_cannot_be_read_is_a_problem_that_names_the_variable() {
        assertEquals(
                List.of("KEYWHEEL_SHARED_STATE must begin with redis:// or, for TLS, rediss://"),
                read("KEYWHEEL_SHARED_STATE", "store:6379").problems());
    }

    @ParameterizedTest
    @CsvSource({
        "KEYWHEEL_SHARED_STATE, redis://:secret@other",
        "KEYWHEEL_SHARED_STATE_SALT, secret",
    })
    void another_url_or_salt_requires_a_restart(String variable, String value) {
        Settings running =
                read("KEYWHEEL_SHARED_STATE", "redis://store").settings().orElseThrow();
        Settings changed = read("KEYWHEEL_SHARED_STATE", "redis://store", variable, value)
                .settings()
                .orElseThrow();

        assertEquals(List.of(variable), changed.needRestartAfter(running));
        assertEquals(false, changed.requireRestart().toString().contains("secret"));
    }
}
