package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeftoversTest {

    @ParameterizedTest
    @CsvSource({
        "groq/1,  model,           2026-11-25T12:01:30Z, 0",
        "groq/1,  model,           2026-11-25T12:01:31Z, 1",
        "groq/25, model,           2026-12-02T12:00:00Z, 0",
        "groq/25, model,           2026-12-02T12:00:01Z, 1",
        "groq/1,  no-such-model-1, 2026-11-25T13:00:00Z, 0"
    })
    void too_long_cooldown_is_reported(String key, String model, String until, int found) {
        String known = "{\"model\":\"%s\",\"until\":\"%s\"}".formatted(model, until);

        assertEquals(found, leftovers(key, known, "").size());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1"})
    void leftover_in_flight_call_is_reported(int pending, int found) {
        assertEquals(
                found,
                leftovers("groq/1", "{}", "{\"pending\":" + pending + "}").size());
    }

    @ParameterizedTest
    @CsvSource({"50, 0", "51, 1"})
    void too_many_models_of_a_key_are_reported(int models, int found) {
        String all = String.join(",", Collections.nCopies(models, "{}"));

        assertEquals(found, leftovers("groq/1", "{\"until\":null}", all).size());
    }

    private static List<String> leftovers(String key, String known, String models) {
        return Leftovers.of(Answer.json("""
                        {"at":"2026-11-25T12:00:00Z","providers":[{"keys":[
                            {"key":"groq/7"},{"key":"%s","known":[%s],"models":[%s]}]}]}""".formatted(key, known, models)), Set.of("groq/25"));
    }
}
