package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemainsTest {

    @ParameterizedTest
    @CsvSource({"groq/1, 2026-11-25T12:01:30Z", "groq/25, 2026-12-02T12:00:00Z"})
    void a_rest_of_the_longest_explained_length_is_none(String key, String until) {
        assertEquals(0, remains(key, "\"" + until + "\"", 0).size());
    }

    @ParameterizedTest
    @CsvSource({"groq/1, 2026-11-25T12:01:31Z", "groq/25, 2026-12-02T12:00:01Z", "groq/1, 2027-06-01T00:00:00Z"})
    void a_longer_rest_is_named(String key, String until) {
        List<String> remains = remains(key, "\"" + until + "\"", 0);

        assertEquals(1, remains.size());
        assertEquals(0, remains.getFirst().indexOf(key + " is out of turn"));
    }

    @Test
    void a_trial_under_way_is_no_rest() {
        assertEquals(0, remains("groq/1", "null", 0).size());
    }

    @Test
    void a_call_that_is_still_pending_is_named() {
        assertEquals(0, remains("groq/1", "null", 1).getFirst().indexOf("groq/1 has calls pending"));
    }

    @Test
    void a_model_that_no_provider_has_is_no_remains() {
        String known = "{\"model\":\"no-such-model-1\",\"until\":\"2026-11-25T13:00:00Z\"}";

        assertEquals(0, Remains.of(page("groq/1", known, "{}"), Set.of()).size());
    }

    @ParameterizedTest
    @CsvSource({"50, 0", "51, 1"})
    void more_than_50_models_of_a_key_are_named(int models, int remains) {
        String all = String.join(",", Collections.nCopies(models, "{}"));

        assertEquals(remains, Remains.of(page("groq/1", "{}", all), Set.of()).size());
    }

    private static List<String> remains(String key, String until, int pending) {
        String known = "{\"until\":" + until + "}";
        return Remains.of(page(key, known, "{\"pending\":" + pending + "}"), Set.of("groq/25"));
    }

    private static JsonNode page(String key, String known, String models) {
        return Json.read("{\"at\":\"2026-11-25T12:00:00Z\",\"providers\":[{\"keys\":[{\"key\":\"groq/7\"},{\"key\":\""
                + key + "\",\"known\":[" + known + "],\"models\":[" + models + "]}]}]}");
    }
}
