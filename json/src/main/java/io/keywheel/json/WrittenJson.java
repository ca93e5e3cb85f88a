package io.keywheel.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.domain.chat.Extras;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Reads and writes JSON so that fields which the gateway does not interpret keep their order, and the digits of
/// their numbers.
public final class WrittenJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// Shares buffers: by default each thread keeps 32 KiB, and each chat has a thread.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            // Without this, an emoji is two escapes, with three times as many bytes.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();

    private WrittenJson() {}

    /// The next value of `parser`; a missing node at its end. Numbers keep their text.
    ///
    /// @throws IOException for invalid or too deep JSON, or a number whose exponent is out of range
    public static JsonNode read(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        return token == null ? MissingNode.getInstance() : value(parser, token);
    }

    private static JsonNode value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> decimal(parser);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new JsonParseException(parser, "a value was expected");
        };
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            object.set(name, value(parser, parser.nextToken()));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser) throws IOException {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token));
        }
        return array;
    }

    private static JsonNode integer(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            // An integer cannot be -0.
            case INT -> parser.getText().equals("-0") ? decimal(parser) : NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER -> NODES.numberNode(parser.getBigIntegerValue());
            case FLOAT, DOUBLE, BIG_DECIMAL -> throw new JsonParseException(parser, "an integer was expected");
        };
    }

    private static JsonNode decimal(JsonParser parser) throws IOException {
        try {
            return DecimalNode.valueOf(new WrittenDecimal(parser.getText()));
        } catch (NumberFormatException e) {
            throw new JsonParseException(parser, "a number is out of all range", e);
        }
    }

    /// Writes a tree from [#read]. Jackson's mapper would load four hundred more classes, which nothing else here
    /// needs.
    ///
    /// @throws IllegalArgumentException for a tree that was not read from JSON
    public static void write(JsonNode value, JsonGenerator json) throws IOException {
        switch (value.getNodeType()) {
            case OBJECT -> {
                json.writeStartObject();
                for (Map.Entry<String, JsonNode> field : value.properties()) {
                    json.writeFieldName(field.getKey());
                    write(field.getValue(), json);
                }
                json.writeEndObject();
            }
            case ARRAY -> {
                json.writeStartArray();
                for (JsonNode item : value) {
                    write(item, json);
                }
                json.writeEndArray();
            }
            case STRING -> json.writeString(value.textValue());
            // Each number node writes the text that it was read from.
            case NUMBER -> ((NumericNode) value).serialize(json, null);
            case BOOLEAN -> json.writeBoolean(value.booleanValue());
            case NULL, MISSING -> json.writeNull();
            case BINARY, POJO -> throw new IllegalArgumentException("not read from JSON: " + value.getNodeType());
        }
    }

    /// The fields of `object` except `names`.
    public static Extras extrasExcept(JsonNode object, Set<String> names) {
        var fields = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!names.contains(field.getKey())) {
                fields.put(field.getKey(), text(field.getValue()));
            }
        }
        return fields.isEmpty() ? Extras.NONE : new Extras(fields);
    }

    /// Writes JSON as UTF-8.
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out);
    }

    /// Writes one JSON value.
    @FunctionalInterface
    public interface Writer {
        void write(JsonGenerator json) throws IOException;
    }

    /// The JSON of `writer`, as UTF-8. A lone surrogate stays an escape, because UTF-8 cannot encode it.
    public static byte[] bytes(Writer writer) {
        var bytes = new ByteArrayBuilder();
        try (JsonGenerator json = generator(bytes)) {
            writer.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /// `value` as JSON, as [#bytes] writes it.
    public static String text(JsonNode value) {
        return new String(bytes(json -> write(value, json)), StandardCharsets.UTF_8);
    }

    /// Writes `extras` as fields of the current object of `json`.
    public static void write(Extras extras, JsonGenerator json) throws IOException {
        for (Map.Entry<String, String> extra : extras.fields().entrySet()) {
            json.writeFieldName(extra.getKey());
            json.writeRawValue(extra.getValue());
        }
    }
}
