package io.keywheel.adapters.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.json.WrittenJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Writes JSON.
public final class JsonWriter {

    /// By default each thread keeps buffers of 32 KiB, and each connection and chat is a thread.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .build();

    private JsonWriter() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// A moment, to the millisecond.
    public static String moment(Instant moment) {
        return moment.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /// The first whole millisecond of a time that begins at `moment`: who comes then is not too early.
    public static String from(Instant moment) {
        return moment(moment.plusNanos(999_999));
    }

    /// Writes the fields of an object.
    @FunctionalInterface
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /// Writes the fields of the object that stands for a value.
    @FunctionalInterface
    public interface FieldsOf<T> {
        void write(JsonGenerator json, T value) throws IOException;
    }

    /// Writes the field `name`: an array with an object for each value.
    public static <T> void writeObjects(JsonGenerator json, String name, Iterable<T> values, FieldsOf<T> fields)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (T value : values) {
            json.writeStartObject();
            fields.write(json, value);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    public static byte[] written(Fields fields) {
        return bytes(object(fields));
    }

    /// Writes an object of any size, without ever having all of it, and closes `out`.
    public static void write(Fields fields, OutputStream out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            object(fields).write(json);
        }
    }

    private static Fields object(Fields fields) {
        return json -> {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        };
    }

    public static byte[] bytes(ObjectNode object) {
        return bytes(json -> WrittenJson.write(object, json));
    }

    private static byte[] bytes(Fields whole) {
        var bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            whole.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }
}
