package io.keywheel.application.port.out;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.ProviderId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProviderSettingsTest {

    @Test
    void shows_which_options_are_set_and_not_to_what() {
        Duration second = Duration.ofSeconds(1);
        var settings = new ProviderSettings(
                new ProviderId("acme"),
                "https://acme.example",
                List.of(new ApiKey("canary-key", "c0ffee00")),
                new Timeouts(second, second, second),
                Map.of("SIGNATURE", "canary-option"));

        assertTrue(settings.toString().contains("SIGNATURE"), settings::toString);
        assertFalse(settings.toString().contains("canary"), settings::toString);
    }
}
