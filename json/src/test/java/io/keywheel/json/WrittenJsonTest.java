package io.keywheel.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.keywheel.domain.chat.Extras;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenJsonTest {

    private static final JsonFactory FACTORY = new JsonFactory();

    /// Between quotation marks, each as Jackson writes it.
    private static final List<String> STRINGS = List.of("", "a", "\\n\\\"\\\\", "ü", "\ud83d\ude00", "\\u0000");

    private static JsonNode read(String text) throws IOException {
        try (var parser = FACTORY.createParser(text)) {
            return WrittenJson.read(parser);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "7",
                "-7",
                "9007199254740993",
                "123456789012345678901234567890",
                "1.10",
                "-0.0",
                "1e5",
                "1E-5",
                "5.67e-05",
                "0.00000010",
                "1e400",
                "[]",
                "\"a\"",
                "{\"b\":[true,false,null,\"ü\",1e5,{}],\"a\":2,\"c\":null}",
                "\"\ud83d\ude00\"",
                "\"a\\ud83d\"",
                "\"\\ud83d\"",
                "{\"b\":[\"\\ude00\\ud83d\"]}"
            })
    void json_keeps_its_digits_order_and_lone_surrogates(String json) throws IOException {
        assertEquals(json, WrittenJson.text(read(json)));
    }

    @Test
    void random_json_is_written_as_it_was_read() throws IOException {
        var random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            String json = generated(random, 0);
            var bytes = new ByteArrayOutputStream();
            try (var generator = WrittenJson.generator(bytes)) {
                WrittenJson.write(read(json), generator);
            }

            assertEquals(json, read(json).toString());
            assertEquals(json, WrittenJson.text(read(json)));
            assertEquals(json, bytes.toString(StandardCharsets.UTF_8));
        }
    }

    private static String generated(Random random, int depth) {
        return switch (random.nextInt(depth < 4 ? 7 : 5)) {
            case 0 -> "null";
            case 1 -> String.valueOf(random.nextBoolean());
            case 2 -> String.valueOf(random.nextLong());
            case 3 -> random.nextInt(1000) + "." + random.nextInt(10) + "0e" + random.nextInt(-40, 40);
            case 4 -> '"' + STRINGS.get(random.nextInt(STRINGS.size())) + '"';
            case 5 ->
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(_ -> generated(random, depth + 1))
                        .collect(Collectors.joining(",", "[", "]"));
            default ->
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> "\"k" + i + "\":" + generated(random, depth + 1))
                        .collect(Collectors.joining(",", "{", "}"));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1,", "{\"a\"}", "]", "1e9999999999", "nul", "{\"a\":}"})
    void invalid_json_is_refused(String text) {
        assertThrows(IOException.class, () -> read(text));
    }

    @Test
    void empty_text_is_a_missing_node_and_written_as_null() throws IOException {
        assertTrue(read("").isMissingNode());
        assertEquals("null", WrittenJson.text(read("")));
    }

    @Test
    void extras_are_the_fields_except_the_known_ones_as_written() throws IOException {
        JsonNode object = read("{\"z\": 1.10, \"known\": 2, \"a\": {\"deep\": [9007199254740993, \"\\ud83d\"]}}");
        Extras extras = WrittenJson.extrasExcept(object, Set.of("known"));
        var bytes = new ByteArrayOutputStream();
        try (var json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("first", "x");
            WrittenJson.write(extras, json);
            json.writeEndObject();
        }

        assertEquals(
                List.of(Map.entry("z", "1.10"), Map.entry("a", "{\"deep\":[9007199254740993,\"\\ud83d\"]}")),
                List.copyOf(extras.fields().entrySet()));
        assertEquals(
                "{\"first\":\"x\",\"z\":1.10,\"a\":{\"deep\":[9007199254740993,\"\\ud83d\"]}}",
                bytes.toString(StandardCharsets.UTF_8));
        assertSame(Extras.NONE, WrittenJson.extrasExcept(read("{\"known\": 2}"), Set.of("known")));
    }

    @Test
    void tree_that_was_not_read_from_json_is_refused() {
        JsonNode bytes = BinaryNode.valueOf(new byte[1]);

        assertThrows(IllegalArgumentException.class, () -> WrittenJson.text(bytes));
    }
}
