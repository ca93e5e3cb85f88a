package io.keywheel.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9007199254740993",
                "1.10",
                "-0",
                "5.67e-05",
                "1e400",
                "1e99999999999",
                "true",
                "null",
                "\"a  b\"",
                "\"\\u00e9 \\ud83d \\\" \\\\\"",
                "\"é漢😀\"",
                "[]",
                "{\"a\":[1.0,{\"b\":\" \\\" \"}]}"
            })
    void value_keeps_its_text(String json) throws IOException {
        assertEquals(json, field("{\"é\":1,\"a\":" + json + ",\"b\":2}"));
        assertEquals(json, field("\uFEFF{ \"a\" : " + json + " }"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = ';', textBlock = """
                    [ 1 ,\t2 ];[1,2]
                    { "a b" : " \\" , " };{"a b":" \\" , "}
                    `[\r\n[\n]]`;[[]]
                    """)
    void blanks_between_tokens_are_dropped(String written, String kept) throws IOException {
        assertEquals(kept, field("{\"a\":" + written + "}"));
    }

    @Test
    void half_of_a_surrogate_pair_in_a_text_is_kept() {
        assertEquals("\ud83d", JsonReader.singleValue("\"\ud83d\"").textValue());
    }

    @Test
    void range_of_bytes_is_read() throws IOException {
        byte[] bytes = "xx{\"a\":[\"é\",1]}yy".getBytes(StandardCharsets.UTF_8);
        try (var in = JsonReader.ofEvent(bytes, 2, bytes.length - 2)) {
            assertEquals("a", in.nextField());
            assertEquals("[\"é\",1]", in.json());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5, 5",
        "'\"5\"', 5",
        "5.9, 5",
        "-1, 0",
        "-1e300, 0",
        "100, 100",
        "18446744073709551617, 100",
        "1e300, 100",
        "1e999999, 100",
        "'\"1e400\"', 100",
        "null, 7",
        "true, 7",
        "'{\"b\":1}', 7",
        "'\"x\"', 7",
        "'\"NaN\"', 7"
    })
    void count_is_limited_to_its_bounds(String json, long count) throws IOException {
        try (var in = answer("{\"a\":" + json + "}")) {
            in.nextField();
            assertEquals(count, in.count(100, 7));
            assertEquals(null, in.nextField());
        }
    }

    @Test
    void text_longer_than_a_number_is_no_count() throws IOException {
        count_is_limited_to_its_bounds("\"" + "1".repeat(1001) + "\"", 7);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', nullValues = "-", textBlock = """
                    `"x"`, x, x
                    1.50, -, 1.50
                    true, -, true
                    null, -, -
                    {}, -, -
                    [1], -, -
                    """)
    void text_and_scalar_skip_other_values(String json, @Nullable String text, @Nullable String scalar)
            throws IOException {
        try (var in = answer("{\"a\":" + json + ",\"b\":" + json + ",\"c\":" + json + "}")) {
            in.nextField();
            assertEquals(text, in.text());
            in.nextField();
            assertEquals(scalar, in.scalar());
            assertEquals("c", in.nextField());
        }
    }

    @Test
    void enter_object_skips_other_values() throws IOException {
        try (var in = answer("{\"a\":{\"x\":1},\"b\":[{\"y\":2}],\"c\":{\"z\":3}}")) {
            in.nextField();
            assertTrue(in.enterObject());
            assertEquals("x", in.nextField());
            assertEquals(null, in.nextField());
            in.nextField();
            assertFalse(in.enterObject());
            assertEquals("c", in.nextField());
            in.skip();
            assertEquals(null, in.nextField());
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    {}, true, true
                    `{} {}`, true, false
                    {} x, true, false
                    x, false, false
                    ``, false, false
                    ` `, false, false
                    {, false, false
                    {"a":}, false, false
                    <html>, false, false
                    {"a":1e99999999999}, false, false
                    `\0\0\0{"a":1}`, false, false
                    """)
    void tree_is_missing_for_invalid_json(String bytes, boolean leading, boolean only) {
        byte[] json = bytes.getBytes(StandardCharsets.UTF_8);

        assertEquals(leading, JsonReader.tree(json).isObject());
        assertEquals(leading, !JsonReader.tree(json, 0, json.length).isMissingNode());
        assertEquals(only, !JsonReader.singleValue(json).isMissingNode());
    }

    @Test
    void enter_array_skips_other_values() throws IOException {
        try (var in = answer("{\"a\":{\"x\":1},\"b\":[1,[2],3],\"c\":null,\"d\":[]}")) {
            var read = new ArrayList<String>();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                for (boolean more = in.firstItem(); more; more = in.nextItem()) {
                    read.add(name + in.json());
                }
            }
            assertEquals(List.of("b1", "b[2]", "b3"), read);
        }
    }

    @Test
    void json_buffers_return_to_the_shared_pool() throws IOException {
        JsonRecyclerPools.sharedConcurrentDequePool().clear();

        tree("{}");
        answer("{}").close();
        WrittenJson.generator(new ByteArrayOutputStream()).close();

        assertEquals(1, JsonRecyclerPools.sharedConcurrentDequePool().pooledCount());
    }

    @Test
    void json_with_too_many_tokens_is_refused() {
        String answer = "[" + "{},".repeat(500_000) + "{}]";
        byte[] event = ("[" + "{},".repeat(50_000) + "{}]").getBytes(StandardCharsets.UTF_8);

        assertTrue(tree(answer).isMissingNode());
        assertThrows(IOException.class, () -> field("{\"a\":" + answer + "}"));
        assertTrue(JsonReader.tree(event, 0, event.length).isMissingNode());
    }

    @Test
    void long_answer_with_all_log_probabilities_is_read() {
        String one = "{\"token\":\"a\",\"logprob\":-0.25,\"bytes\":[97]}";
        String token = "{\"token\":\"a\",\"logprob\":-0.25,\"bytes\":[97],\"top_logprobs\":[" + (one + ",").repeat(19)
                + one + "]}";

        assertEquals(
                4_000, tree("[" + (token + ",").repeat(3_999) + token + "]").size());
    }

    @Test
    void field_names_of_an_answer_are_not_kept() {
        String once = tree("{\"name-of-a-field\":1}").fieldNames().next();
        String again = tree("{\"name-of-a-field\":1}").fieldNames().next();

        assertEquals(once, again);
        assertNotSame(once, again);
    }

    private static JsonReader answer(String json) throws IOException {
        return JsonReader.ofAnswer(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode tree(String json) {
        return JsonReader.tree(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String field(String object) throws IOException {
        try (var in = answer(object)) {
            String json = "";
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (name.equals("a")) {
                    json = in.json();
                } else {
                    in.skip();
                }
            }
            return json;
        }
    }
}
