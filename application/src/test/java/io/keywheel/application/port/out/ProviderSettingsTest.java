package io.keywheel.application.port.out;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProviderSettingsTest {

    @Test
    void provider_settings_print_option_names_without_values() {
        Duration second = Duration.ofSeconds(1);
        var settings = new ProviderSettings(
                new ProviderId("acme"),
                "https://acme.example",
                List.of(new ApiKey("canary-key", "c0ffee00")),
                new Timeouts(second, second, second),
                Map.of("SIGNATURE", "canary-option"));

        assertEquals(
                "canary-key",
                settings.key(new KeySlot(new ProviderId("acme"), 1)).reveal());
        assertTrue(settings.toString().contains("SIGNATURE"), settings::toString);
        assertFalse(settings.toString().contains("canary"), settings::toString);
    }
}
