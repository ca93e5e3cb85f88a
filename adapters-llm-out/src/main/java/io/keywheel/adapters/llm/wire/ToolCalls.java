package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolCallPart;
import java.util.ArrayList;
import java.util.List;

/// Reads tool calls, whole or in fragments.
final class ToolCalls {

    private ToolCalls() {}

    static List<ToolCall> read(JsonNode calls) {
        var read = new ArrayList<ToolCall>();
        for (JsonNode call : calls) {
            JsonNode function = call.path("function");
            read.add(new ToolCall(
                    call.path("id").asText(""), function.path("name").asText(""), arguments(function)));
        }
        return read;
    }

    /// The fragments of one delta. Cerebras splits the arguments and names the call on the first fragment
    /// only; Groq sends a call whole. One that says nothing is left out.
    static List<ToolCallPart> fragments(JsonNode calls) {
        var read = new ArrayList<ToolCallPart>();
        int position = 0;
        for (JsonNode call : calls) {
            JsonNode function = call.path("function");
            var part = new ToolCallPart(
                    Math.max(0, call.path("index").asInt(position)),
                    Json.text(call, "id"),
                    Json.text(function, "name"),
                    arguments(function));
            if (part.id() != null || part.name() != null || !part.arguments().isEmpty()) {
                read.add(part);
            }
            position++;
        }
        return read;
    }

    /// JSON as text; some providers send the JSON itself.
    private static String arguments(JsonNode function) {
        JsonNode arguments = function.path("arguments");
        return arguments.isContainerNode() ? arguments.toString() : arguments.asText("");
    }
}
