package io.keywheel.adapters.http.anthropic;

import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tools of a request as Anthropic's clients write them.
///
/// @param functions those with a schema
/// @param leftOut the types of those that only Anthropic's models know, run by Anthropic or not
record AnthropicTools(List<Tool> functions, List<String> leftOut) {

    static AnthropicTools read(Fields request) {
        var functions = new ArrayList<Tool>();
        var leftOut = new ArrayList<String>();
        for (Fields tool : request.objects("tools")) {
            String type = tool.text("type");
            if (tool.value("input_schema") == null && type != null && !type.equals("custom")) {
                leftOut.add(type);
            } else {
                Fields schema = tool.needed("input_schema", tool.inner("input_schema"));
                functions.add(new Tool.Function(
                        tool.needed("name"),
                        tool.text("description"),
                        WrittenJson.text(schema.object()),
                        tool.flag("strict"),
                        Extras.NONE));
            }
        }
        if (request.value("mcp_servers") != null) {
            leftOut.add("mcp_servers");
        }
        return new AnthropicTools(functions, leftOut);
    }

    /// Whether the model is to call tools; null where that is not said, or there are none.
    @Nullable
    ToolChoice choice(Fields request) {
        Fields choice = request.inner("tool_choice");
        if (choice == null) {
            return null;
        }
        ToolChoice read = switch (choice.needed("type")) {
            case "auto" -> ToolChoice.Mode.AUTO;
            case "none" -> ToolChoice.Mode.NONE;
            case "any" -> ToolChoice.Mode.REQUIRED;
            case "tool" -> function(choice);
            default -> throw choice.invalid("type", "must be one of auto, any, tool, none");
        };
        if (!functions.isEmpty()) {
            return read;
        }
        if (read == ToolChoice.Mode.REQUIRED) {
            throw request.invalid("tool_choice", "demands a tool, and the request has none that can be called here");
        }
        return null;
    }

    private ToolChoice function(Fields choice) {
        String name = choice.needed("name");
        if (functions.stream().noneMatch(tool -> ((Tool.Function) tool).name().equals(name))) {
            throw choice.invalid("name", "must be the name of one of the tools that have an input_schema");
        }
        return new ToolChoice.Function(name);
    }

    /// Whether the model may call one tool at a time only.
    boolean oneAtATime(Fields request) {
        Fields choice = request.inner("tool_choice");
        return choice != null && !functions.isEmpty() && choice.flag("disable_parallel_tool_use", false);
    }
}
