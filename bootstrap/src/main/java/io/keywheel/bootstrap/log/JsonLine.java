package io.keywheel.bootstrap.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;

/// One flat JSON object in one line of printable ASCII, for any text and any terminal. The first value of a name wins.
final class JsonLine {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final ObjectNode fields = JSON.createObjectNode();

    JsonLine text(String name, String value) {
        fields.putIfAbsent(name, TextNode.valueOf(wellFormed(value)));
        return this;
    }

    JsonLine number(String name, long value) {
        fields.putIfAbsent(name, LongNode.valueOf(value));
        return this;
    }

    /// Jackson leaves DEL as it is, which can only be inside a text.
    String end() {
        try {
            return JSON.writeValueAsString(fields).replace("\u007f", "\\u007f") + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can always be written", e);
        }
    }

    /// With U+FFFD for each lone surrogate, which strict readers refuse.
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
    }
}
