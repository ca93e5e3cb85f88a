package io.keywheel.application.port.out;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderOptionTest {

    private static final ProviderOption<Integer> SEATS = new ProviderOption<>(
            "SEATS",
            "a number of one digit",
            text -> text.length() == 1 && Character.isDigit(text.charAt(0))
                    ? Optional.of(Integer.valueOf(text))
                    : Optional.empty());

    @ParameterizedTest
    @ValueSource(strings = {"", "keep_alive", "7_SEATS", "KEEP-ALIVE"})
    void option_name_must_be_a_variable_suffix(String name) {
        assertThrows(IllegalArgumentException.class, () -> ProviderOption.text(name));
    }

    @Test
    void option_accepts_only_values_of_its_form() {
        assertTrue(SEATS.accepts("7"));
        assertFalse(SEATS.accepts("seven"));
    }

    @Test
    void option_refuses_a_value_when_its_form_throws() {
        var number = new ProviderOption<>("SEATS", "a number", text -> Optional.of(Integer.valueOf(text)));

        assertTrue(number.accepts("12"));
        assertFalse(number.accepts("twelve"));
    }

    @Test
    void settings_return_the_parsed_value_of_an_option() {
        assertEquals(Optional.of(7), settings(Map.of("SEATS", "7")).option(SEATS));
    }

    @Test
    void settings_return_empty_for_an_unset_option() {
        assertEquals(Optional.empty(), settings(Map.of()).option(SEATS));
    }

    @Test
    void provider_settings_print_option_names_without_values() {
        ProviderSettings settings = settings(Map.of("SIGNATURE", "canary-option"));

        assertEquals(
                "canary-key",
                settings.key(new KeySlot(new ProviderId("my-llm"), 1)).reveal());
        assertTrue(settings.toString().contains("SIGNATURE"), settings::toString);
        assertFalse(settings.toString().contains("canary"), settings::toString);
    }

    private static ProviderSettings settings(Map<String, String> options) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderSettings(
                new ProviderId("my-llm"),
                "http://127.0.0.1:1",
                List.of(new ApiKey("canary-key", "c0ffee00")),
                new Timeouts(second, second, second),
                options);
    }
}
