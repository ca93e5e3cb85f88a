package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolCallPart;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads tool calls, whole or in fragments.
final class ToolCallReader {

    private static final Set<String> FUNCTION = Set.of("name", "arguments");

    /// As of choices: one more than there may be.
    private static final int MOST = AnswerLimits.TOOL_CALLS + 1;

    private ToolCallReader() {}

    static List<ToolCall> read(JsonNode calls) {
        var read = new ArrayList<ToolCall>();
        for (JsonNode call : calls) {
            if (read.size() == MOST) {
                break;
            }
            if (call.isObject()) {
                read.add(call(call));
            }
        }
        return read;
    }

    private static ToolCall call(JsonNode call) {
        String id = call.path("id").asText("");
        if (!isFunction(call)) {
            return new ToolCall(id, "", "", WrittenJson.beyond(call, Set.of("id")));
        }
        JsonNode function = call.path("function");
        Extras extras = WrittenJson.beyond(call, Set.of("id", "type", "function"));
        return new ToolCall(id, function.path("name").asText(""), arguments(function), extras);
    }

    /// The fragments of one delta. Cerebras splits the arguments and names the call on the first fragment
    /// only; Groq sends a call whole. One that says nothing is left out.
    static List<ToolCallPart> fragments(JsonNode calls) {
        var read = new ArrayList<ToolCallPart>();
        int position = 0;
        for (JsonNode call : calls) {
            if (position == MOST) {
                break;
            }
            ToolCallPart part = fragment(call, position);
            if (saysSomething(part)) {
                read.add(part);
            }
            position++;
        }
        return read;
    }

    private static ToolCallPart fragment(JsonNode call, int position) {
        int index = Json.index(call, position);
        String id = Json.text(call, "id");
        if (!isFunction(call)) {
            return new ToolCallPart(index, id, null, "", WrittenJson.beyond(call, Set.of("index", "id")));
        }
        JsonNode function = call.path("function");
        Extras extras = WrittenJson.beyond(call, Set.of("index", "id", "type", "function"));
        return new ToolCallPart(index, id, Json.text(function, "name"), arguments(function), extras);
    }

    private static boolean saysSomething(ToolCallPart part) {
        return part.id() != null
                || part.name() != null
                || !part.arguments().isEmpty()
                || !part.extras().fields().isEmpty();
    }

    /// Whether the vocabulary has words for all of it: some leave the type out.
    private static boolean isFunction(JsonNode call) {
        JsonNode function = call.path("function");
        return isAbsentOr("function", call.path("type"))
                && (function.isMissingNode() || function.isNull() || function.isObject())
                && WrittenJson.beyond(function, FUNCTION).fields().isEmpty();
    }

    private static boolean isAbsentOr(String text, JsonNode node) {
        return node.isMissingNode() || node.isNull() || text.equals(node.textValue());
    }

    /// JSON as text; some providers send the JSON itself.
    private static String arguments(JsonNode function) {
        JsonNode arguments = function.path("arguments");
        return arguments.isContainerNode() ? arguments.toString() : arguments.asText("");
    }
}
