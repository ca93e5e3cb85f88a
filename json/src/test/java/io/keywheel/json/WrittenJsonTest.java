package io.keywheel.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keywheel.domain.chat.Extras;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
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
                "1e400"
            })
    void a_number_is_written_as_it_was_read(String number) throws IOException {
        assertEquals(number, read(number).toString());
        assertEquals(
                "{\"a\":[" + number + "]}", read("{\"a\": [" + number + " ]}").toString());
    }

    @Test
    void fields_keep_their_order() throws IOException {
        assertEquals(
                "{\"b\":1,\"a\":2,\"c\":null}",
                read("{\"b\": 1, \"a\": 2, \"c\": null}").toString());
    }

    @Test
    void whatever_is_generated_survives() throws IOException {
        var random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            String json = generated(random, 0);

            assertEquals(json, read(json).toString());
            assertEquals(json, WrittenJson.text(read(json)));
        }
    }

    @Test
    void whatever_was_read_can_be_sent() throws IOException {
        var random = new Random(4);
        for (int i = 0; i < 2_000; i++) {
            String json = generated(random, 0);
            var bytes = new ByteArrayOutputStream();

            try (var generator = FACTORY.createGenerator(bytes)) {
                WrittenJson.write(read(json), generator);
            }

            assertEquals(json, read(bytes.toString(StandardCharsets.UTF_8)).toString());
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
    void refuses_what_is_no_json(String text) {
        assertThrows(IOException.class, () -> read(text));
    }

    @Test
    void says_of_an_exponent_beyond_all_reckoning_that_it_is_out_of_range() {
        var thrown = assertThrows(JsonParseException.class, () -> read("1e9999999999"));

        assertTrue(thrown.getOriginalMessage().contains("out of all range"));
    }

    @Test
    void nothing_is_missing() throws IOException {
        assertTrue(read("").isMissingNode());
    }

    @Test
    void what_goes_beyond_the_known_names_is_extra() throws IOException {
        JsonNode object = read("{\"z\": 1.10, \"known\": 2, \"a\": {\"deep\": [9007199254740993]}}");

        Extras extras = WrittenJson.extrasExcept(object, Set.of("known"));

        assertEquals(
                List.of(Map.entry("z", "1.10"), Map.entry("a", "{\"deep\":[9007199254740993]}")),
                List.copyOf(extras.fields().entrySet()));
    }

    @Test
    void an_object_of_known_names_has_no_extras() throws IOException {
        assertSame(Extras.NONE, WrittenJson.extrasExcept(read("{\"known\": 2}"), Set.of("known")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\\ud83d\"", "{\"b\":[\"\\ude00\\ud83d\"]}", "\"\\ud83d\"", "\"\ud83d\ude00\""})
    void half_a_character_stays_an_escape_and_a_whole_one_itself(String text) throws IOException {
        assertEquals(text, WrittenJson.text(read(text)));
    }

    @Test
    void extras_with_half_a_character_can_be_sent() throws IOException {
        var bytes = new ByteArrayOutputStream();

        try (var json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            WrittenJson.write(WrittenJson.extrasExcept(read("{\"user\":\"a\\ud83d\"}"), Set.of()), json);
            json.writeEndObject();
        }

        assertEquals("{\"user\":\"a\\ud83d\"}", bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void extras_are_written_as_they_are() throws IOException {
        var fields = new LinkedHashMap<String, String>();
        fields.put("z", "1.10");
        fields.put("a", "{\"deep\":[1e5]}");
        var text = new StringWriter();

        try (var json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("first", "x");
            WrittenJson.write(new Extras(fields), json);
            json.writeEndObject();
        }

        assertEquals("{\"first\":\"x\",\"z\":1.10,\"a\":{\"deep\":[1e5]}}", text.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[true,false,null,\"ü\",1e5,{}]}", "[]", "null", "\"a\"", "-0.0"})
    void writes_what_it_has_read(String text) throws IOException {
        assertEquals(text, WrittenJson.text(read(text)));
    }

    @Test
    void nothing_at_all_is_written_as_null() {
        assertEquals("null", WrittenJson.text(MissingNode.getInstance()));
    }

    @Test
    void writes_no_tree_that_no_json_was_read_into() {
        JsonNode bytes = BinaryNode.valueOf(new byte[1]);

        assertThrows(IllegalArgumentException.class, () -> WrittenJson.text(bytes));
    }
}
