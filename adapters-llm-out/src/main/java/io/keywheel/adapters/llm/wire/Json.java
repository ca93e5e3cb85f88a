package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Reads what providers send, which may be anything.
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectReader READER = MAPPER.reader();

    private Json() {}

    /// A missing node for what is no JSON.
    static JsonNode parse(byte[] bytes) {
        try {
            return READER.readTree(bytes);
        } catch (JacksonException _) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }

    /// A missing node for what is no JSON.
    static JsonNode parse(String text) {
        try {
            return READER.readTree(text);
        } catch (JacksonException _) {
            return MissingNode.getInstance();
        }
    }

    /// The field's text, or null where it has none.
    static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    static JsonFactory factory() {
        return MAPPER.getFactory();
    }
}
