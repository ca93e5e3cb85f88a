package io.keywheel.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Reads and writes JSON.
final class Json {

    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    /// A request's body, as far as it is the same at each door.
    static ObjectNode question(Question question) {
        ObjectNode body = MAPPER.createObjectNode();
        if (question.target().model() != null) {
            body.put("model", question.target().model());
        }
        body.putArray("messages").addObject().put("role", "user").put("content", question.text());
        return body;
    }

    /// Empty where it is no text.
    static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : "";
    }

    /// Missing where it is no JSON.
    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }
}
