package io.keywheel.simulator.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.http.Step.Part;

/// Parses and creates JSON, and encodes it as an event.
public final class Json {

    /// A mapper with Jackson's defaults.
    public static final ObjectMapper MAPPER = new ObjectMapper();

    /// The event that ends a stream.
    public static final Part DONE = new Part("data: [DONE]\n\n", false);

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static Part event(JsonNode json, boolean token) {
        return new Part("data: " + json + "\n\n", token);
    }
}
