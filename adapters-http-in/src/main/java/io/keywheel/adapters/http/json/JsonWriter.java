package io.keywheel.adapters.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.domain.chat.Extras;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/// Writes the fields of a JSON object one after the other, without holding the whole object.
public final class JsonWriter {

    private static final DateTimeFormatter MILLISECONDS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final JsonGenerator json;

    private JsonWriter(JsonGenerator json) {
        this.json = json;
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// The ISO text of an instant, always with milliseconds: clients sort such texts, or read them by one pattern.
    public static String timestamp(Instant instant) {
        return MILLISECONDS.format(instant);
    }

    /// The start of a period, rounded up to a millisecond, so that a client that waits for it is not too early.
    public static String timestampRoundedUp(Instant instant) {
        return timestamp(instant.plusNanos(999_999));
    }

    @FunctionalInterface
    public interface Fields {
        void write(JsonWriter json) throws IOException;
    }

    @FunctionalInterface
    public interface FieldsOf<T> {
        void write(JsonWriter json, T value) throws IOException;
    }

    public JsonWriter put(String name, @Nullable String value) throws IOException {
        json.writeStringField(name, value);
        return this;
    }

    public JsonWriter put(String name, long value) throws IOException {
        json.writeNumberField(name, value);
        return this;
    }

    public JsonWriter put(String name, @Nullable Number value) throws IOException {
        json.writePOJOField(name, value);
        return this;
    }

    public JsonWriter put(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
        return this;
    }

    /// Writes an instant, truncated to milliseconds.
    public JsonWriter put(String name, @Nullable Instant value) throws IOException {
        return put(name, value == null ? null : timestamp(value));
    }

    public JsonWriter put(String name, JsonNode value) throws IOException {
        json.writeFieldName(name);
        WrittenJson.write(value, json);
        return this;
    }

    /// @param fields null for a JSON null
    public JsonWriter putObject(String name, @Nullable Fields fields) throws IOException {
        json.writeFieldName(name);
        if (fields == null) {
            json.writeNull();
        } else {
            writeObject(fields);
        }
        return this;
    }

    public <T> JsonWriter putObjects(String name, Iterable<T> values, FieldsOf<T> fields) throws IOException {
        json.writeArrayFieldStart(name);
        for (T value : values) {
            writeObject(of -> fields.write(of, value));
        }
        json.writeEndArray();
        return this;
    }

    /// @param value in JSON
    public JsonWriter putRaw(String name, String value) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(value);
        return this;
    }

    public void putAll(Extras fields) throws IOException {
        WrittenJson.write(fields, json);
    }

    private void writeObject(Fields fields) throws IOException {
        json.writeStartObject();
        fields.write(this);
        json.writeEndObject();
    }

    public static byte[] written(Fields fields) {
        return WrittenJson.bytes(json -> new JsonWriter(json).writeObject(fields));
    }

    /// Writes an object of any size, and closes `out`.
    public static void write(Fields fields, OutputStream out) throws IOException {
        try (JsonGenerator json = WrittenJson.generator(out)) {
            new JsonWriter(json).writeObject(fields);
        }
    }

    public static byte[] bytes(ObjectNode object) {
        return WrittenJson.bytes(json -> WrittenJson.write(object, json));
    }
}
