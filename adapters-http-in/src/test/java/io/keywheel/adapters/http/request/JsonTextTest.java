package io.keywheel.adapters.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    private static byte[] body(String field, String item, int times) {
        String all = String.join(",", Collections.nCopies(times, item));
        return ("{\"" + field + "\":[" + all + "]}").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void too_many_tokens_are_refused_naming_the_limit() {
        byte[] body = body("x", "{}", 100_000);

        var refused = assertThrows(RefusedException.class, () -> JsonText.object(body));

        assertTrue(refused.sentence().contains("more than 200000 names, values"), refused.sentence());
    }

    @Test
    void what_is_needed_to_read_and_write_is_left_to_other_threads() {
        JsonRecyclerPools.sharedConcurrentDequePool().clear();
        JsonText.object("{}".getBytes(StandardCharsets.UTF_8));
        JsonWriter.bytes(JsonWriter.object().put("a", 1));

        assertEquals(1, JsonRecyclerPools.sharedConcurrentDequePool().pooledCount());
    }

    @Test
    void no_name_of_a_request_is_kept_for_the_next() {
        assertNotSame(nameIn("{\"a-name\":1}"), nameIn("{\"a-name\":1}"));
    }

    private static String nameIn(String json) {
        return JsonText.object(json.getBytes(StandardCharsets.UTF_8))
                .properties()
                .iterator()
                .next()
                .getKey();
    }

    @Test
    void as_many_messages_as_there_may_be_are_read_in_parts() {
        String message = """
                {"role":"user","content":[{"type":"text","text":"a"}]}""";

        assertEquals(
                10_000,
                JsonText.object(body("messages", message, 10_000))
                        .get("messages")
                        .size());
    }

    @Test
    void many_tools_with_large_schemas_are_read() {
        String property = """
                "p#":{"type":["string","null"],"description":"a","enum":["b","c","d"],"minLength":1}""";
        StringBuilder properties = new StringBuilder("\"z\":{}");
        for (int i = 0; i < 60; i++) {
            properties.append(',').append(property.replace("#", Integer.toString(i)));
        }
        String tool = """
                {"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{#}}}}""".replace("#", properties);

        assertEquals(128, JsonText.object(body("tools", tool, 128)).get("tools").size());
    }
}
