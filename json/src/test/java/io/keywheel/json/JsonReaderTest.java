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
    void a_value_stays_as_it_was_written(String json) throws IOException {
        assertEquals(json, field("{\"é\":1,\"a\":" + json + ",\"b\":2}"));
        assertEquals(json, field("\uFEFF{ \"a\" : " + json + " }"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {"[ 1 ,\t2 ];[1,2]", "{ \"a b\" : \" \\\" , \" };{\"a b\":\" \\\" , \"}", "`[\r\n[\n]]`;[[]]"})
    void blanks_between_the_parts_of_a_value_are_left_out(String written, String kept) throws IOException {
        assertEquals(kept, field("{\"a\":" + written + "}"));
    }

    @Test
    void a_range_of_bytes_is_read() throws IOException {
        byte[] bytes = "xx{\"a\":[\"é\",1]}yy".getBytes(StandardCharsets.UTF_8);
        try (var in = JsonReader.ofEvent(bytes, 2, bytes.length - 2)) {
            assertEquals("a", in.nextField());
            assertEquals("[\"é\",1]", in.json());
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "'\"5\"', 5", "5.9, 5", "-1, 0", "1e300, 100", "100, 100", "null, 7", "'{}', 7", "'\"x\"', 7"})
    void a_count_is_within_bounds(String json, long count) throws IOException {
        try (var in = answer("{\"a\":" + json + "}")) {
            in.nextField();
            assertEquals(count, in.count(100, 7));
            assertEquals(null, in.nextField());
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            nullValues = "-",
            value = {"`\"x\"`, x, x", "1.50, -, 1.50", "true, -, true", "null, -, -", "{}, -, -", "[1], -, -"})
    void a_text_or_a_scalar_is_taken_and_anything_else_passed_over(
            String json, @Nullable String text, @Nullable String scalar) throws IOException {
        try (var in = answer("{\"a\":" + json + ",\"b\":" + json + ",\"c\":" + json + "}")) {
            in.nextField();
            assertEquals(text, in.text());
            in.nextField();
            assertEquals(scalar, in.scalar());
            assertEquals("c", in.nextField());
        }
    }

    @Test
    void an_object_is_entered_and_anything_else_passed_over() throws IOException {
        try (var in = answer("{\"a\":{\"x\":1},\"b\":[{\"y\":2}],\"c\":3}")) {
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
    @CsvSource(
            quoteCharacter = '`',
            value = {"{}, true, true", "`{} {}`, true, false", "x, false, false"})
    void a_tree_is_there_where_the_bytes_are_json(String bytes, boolean leading, boolean only) {
        byte[] json = bytes.getBytes(StandardCharsets.UTF_8);

        assertEquals(leading, JsonReader.tree(json).isObject());
        assertEquals(leading, JsonReader.tree(json, 0, json.length).isObject());
        assertEquals(only, JsonReader.singleValue(json).isObject());
    }

    @Test
    void what_is_no_array_has_no_items() throws IOException {
        try (var in = answer("{\"a\":{\"x\":1},\"b\":[1,[2],3],\"c\":null}")) {
            var read = new ArrayList<String>();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                for (boolean more = in.enterArray() && in.nextItem(); more; more = in.nextItem()) {
                    read.add(name + in.json());
                }
            }
            assertEquals(List.of("b1", "b[2]", "b3"), read);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740993", "1.10", "1764196886", "-0", "5.67e-05", "1e400"})
    void numbers_of_a_tree_keep_their_text(String number) {
        String json = "{\"a\":[" + number + "]}";
        assertEquals(json, tree(json).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"a\":}", "<html>", "hello", "1e99999999999", "\0\0\0{\"a\":1}"})
    void what_is_no_json_is_a_missing_tree(String text) {
        assertTrue(tree(text).isMissingNode());
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
    void json_of_more_parts_than_an_answer_has_is_none() {
        String all = "[" + "{},".repeat(500_000) + "{}]";

        assertTrue(tree(all).isMissingNode());
        assertThrows(IOException.class, () -> field("{\"a\":" + all + "}"));
    }

    @Test
    void a_long_answer_with_all_its_log_probabilities_is_read() {
        String one = "{\"token\":\"a\",\"logprob\":-0.25,\"bytes\":[97]}";
        String token = "{\"token\":\"a\",\"logprob\":-0.25,\"bytes\":[97],\"top_logprobs\":[" + (one + ",").repeat(19)
                + one + "]}";

        assertEquals(
                4_000, tree("[" + (token + ",").repeat(3_999) + token + "]").size());
    }

    @Test
    void an_event_of_more_parts_than_a_few_tokens_have_is_none() {
        byte[] bytes = ("[" + "{},".repeat(50_000) + "{}]").getBytes(StandardCharsets.UTF_8);

        assertTrue(JsonReader.tree(bytes, 0, bytes.length).isMissingNode());
    }

    @Test
    void what_follows_the_json_is_not_looked_at() {
        assertEquals("{}", tree("{} x").toString());
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

    /// The field `a` of an object.
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
