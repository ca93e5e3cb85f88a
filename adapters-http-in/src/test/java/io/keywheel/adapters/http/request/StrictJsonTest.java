package io.keywheel.adapters.http.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Isolated("counts the buffers of a pool, which there is one of")
class StrictJsonTest {

    private static byte[] body(String field, String item, int times) {
        String all = String.join(",", Collections.nCopies(times, item));
        return ("{\"" + field + "\":[" + all + "]}").getBytes(UTF_8);
    }

    static Stream<Arguments> refused() {
        String message = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]";
        return Stream.of(
                arguments("", "is empty"),
                arguments("  ", "is empty"),
                arguments("hello", "is not valid JSON"),
                arguments("[]", "must be a JSON object"),
                arguments("null", "must be a JSON object"),
                arguments("\"text\"", "must be a JSON object"),
                arguments(message + "} {}", "something follows"),
                arguments("{\"s\\u0007\\n\":1,\"s\\u0007\\n\":2}", "Duplicate field 's??' at"),
                arguments("{\"#\":1,\"#\":2}".replace("#", "seed".repeat(100)), "see… at line 1"),
                arguments(message + ",\"temperature\":NaN}", "Non-standard token 'NaN' at line 1, column"),
                arguments(message + ",}", "is not valid JSON"),
                arguments(message.replace("\"a\"", "\"a\u0001\"") + "}", "is not valid JSON"),
                arguments("{'messages':[]}", "is not valid JSON"),
                arguments("{\"messages\":[", "for Array at line 1, column"),
                arguments("{\"messages\":[}", "expected ']' at line 1, column"),
                arguments("// hello", "comment? at line 1, column"),
                arguments("{\"messages\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}", "nesting depth (65)"),
                arguments("{\"seed\":" + "1".repeat(30_000) + "}", "length (30000) exceeds the maximum allowed (64)"),
                arguments("{\"temperature\":123e-99999999999}", "is not valid JSON"),
                arguments("{\"temperature\":1e99999999999}", "not valid JSON: a number is out of all range"),
                arguments("{\"temperature\":-0.1e-2147483649}", "is not valid JSON"),
                arguments(new String(body("x", "{}", 100_000), UTF_8), "JSON token count (200001) exceeds"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void invalid_or_oversized_json_is_refused_with_a_short_message(String text, String why) {
        assertRefused(text.getBytes(UTF_8), why);
    }

    @Test
    void invalid_utf_8_is_refused() {
        assertRefused("{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1), "UTF-8");
    }

    @Test
    void one_byte_order_mark_at_the_start_is_skipped() {
        assertEquals("a", nameIn("\uFEFF{\"a\":1}"));
        assertRefused("\uFEFF\uFEFF{}".getBytes(UTF_8), "is not valid JSON");
        assertRefused("\uFEFF".getBytes(UTF_8), "is empty");
    }

    private static void assertRefused(byte[] text, String why) {
        var refused = assertThrows(RefusedException.class, () -> StrictJson.object(text));

        assertTrue(refused.message().contains(why) && refused.message().length() < 300, refused.message());
        assertFalse(refused.message().contains("Source"), refused.message());
        assertEquals(HttpError.INVALID_REQUEST, refused.httpError());
        assertNull(refused.field());
    }

    @Test
    void both_parsers_read_the_same_objects() throws IOException {
        var random = new Random(5);
        int objects = 0;
        for (int i = 0; i < 20_000; i++) {
            String json = edited(generated(random, 0), random);
            ObjectNode ofBytes = StrictJson.ofBytes(json.getBytes(UTF_8));
            objects += ofBytes == null ? 0 : 1;

            assertEquals(objectOrNull(json), ofBytes, json);
        }

        assertTrue(objects > 5_000 && objects < 15_000, objects + " objects");
    }

    private static @Nullable ObjectNode objectOrNull(String json) throws IOException {
        try {
            return StrictJson.ofText(json);
        } catch (RefusedException | JsonParseException _) {
            return null;
        }
    }

    private static final List<String> PIECES = List.of(
            "\"",
            "\\",
            "\\u00e9",
            "\\ud83d",
            "\uFEFF",
            "\u00e9",
            "\ud83d\ude00",
            "\u0001",
            "\n",
            " ",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "0",
            "-",
            ".",
            "e",
            "1",
            "true",
            "null",
            "NaN",
            "/*",
            "a");

    private static String edited(String json, Random random) {
        var edited = new StringBuilder(json);
        for (int edits = random.nextInt(3); edits > 0; edits--) {
            int at = edited.offsetByCodePoints(0, random.nextInt(edited.codePointCount(0, edited.length()) + 1));
            int end = random.nextBoolean() || at == edited.length() ? at : edited.offsetByCodePoints(at, 1);
            edited.replace(at, end, random.nextInt(4) == 0 ? "" : PIECES.get(random.nextInt(PIECES.size())));
        }
        return edited.toString();
    }

    private static String generated(Random random, int depth) {
        return switch (depth == 0 ? 5 : random.nextInt(depth < 4 ? 6 : 4)) {
            case 0 -> "true";
            case 1 -> random.nextLong() + (random.nextBoolean() ? "" : ".50");
            case 2 -> random.nextInt(100) + "e" + random.nextInt(-400, 400);
            case 3 -> '"' + "\u00e9\\n\ud83d\ude00\\\"a\\ud83d".repeat(random.nextInt(3)) + '"';
            case 4 -> "[" + generated(random, depth + 1) + " ," + generated(random, depth + 1) + "]";
            default ->
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> "\"\u00e9" + i + "\":" + generated(random, depth + 1))
                        .collect(Collectors.joining(",", "{", "}\n"));
        };
    }

    @Test
    void json_buffers_return_to_the_shared_pool() {
        JsonRecyclerPools.sharedConcurrentDequePool().clear();
        StrictJson.object("{}".getBytes(UTF_8));
        JsonWriter.bytes(JsonWriter.object().put("a", 1));

        assertEquals(1, JsonRecyclerPools.sharedConcurrentDequePool().pooledCount());
    }

    @Test
    void a_long_number_leaves_no_long_buffer_in_the_pool() {
        var pool = JsonRecyclerPools.sharedConcurrentDequePool();
        pool.clear();
        assertRefused(("{\"seed\":" + "1".repeat(1_000_000) + "}").getBytes(UTF_8), "is too large");
        assertRefused(("{\"seed\":" + "1".repeat(1_000_000)).getBytes(UTF_8), "is too large");

        while (pool.pooledCount() > 0) {
            int length = pool.acquirePooled().allocCharBuffer(BufferRecycler.CHAR_TEXT_BUFFER).length;
            assertTrue(length < 100_000, length + " characters");
        }
    }

    @Test
    void names_are_limited_by_their_characters() {
        assertEquals(50_000, nameIn("{\"" + "\u00e9".repeat(50_000) + "\":1}").length());
    }

    @Test
    void field_names_are_not_cached_across_requests() {
        assertNotSame(nameIn("{\"a-name\":1}"), nameIn("{\"a-name\":1}"));
    }

    private static String nameIn(String json) {
        return StrictJson.object(json.getBytes(UTF_8))
                .properties()
                .iterator()
                .next()
                .getKey();
    }

    @Test
    void hundred_twenty_eight_tools_with_large_schemas_are_read() {
        String property = """
                "p#":{"type":["string","null"],"description":"a","enum":["b","c","d"],"minLength":1}""";
        StringBuilder properties = new StringBuilder("\"z\":{}");
        for (int i = 0; i < 60; i++) {
            properties.append(',').append(property.replace("#", Integer.toString(i)));
        }
        String tool = """
                {"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{#}}}}""".replace("#", properties);

        assertEquals(
                128, StrictJson.object(body("tools", tool, 128)).get("tools").size());
    }
}
