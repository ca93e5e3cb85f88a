package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import org.jspecify.annotations.Nullable;

/// Reads the tools of a request. Drops those without a schema, which only Anthropic's models know.
final class AnthropicTools {

    private AnthropicTools() {}

    static UpstreamTools<String> read(Fields request) {
        var tools = new UpstreamTools<String>();
        request.objects("tools").forEach(tool -> offer(tool, request, tools));
        JsonNode servers = request.value("mcp_servers");
        if (servers != null && !servers.isEmpty()) {
            tools.drop("mcp_servers");
        }
        return tools;
    }

    static void offer(Fields tool, Fields owner, UpstreamTools<String> tools) {
        String type = tool.text("type");
        if (tool.value("input_schema") == null && type != null && !type.equals("custom")) {
            tools.drop(type);
            return;
        }
        String name = UpstreamTools.name(tool);
        String schema = tool.required("input_schema", tool.json("input_schema"));
        tools.add(
                name,
                new Tool.Function(name, tool.text("description"), schema, tool.flag("strict"), Extras.NONE),
                owner);
    }

    /// The tool choice; null if the request has none, or no tools.
    static @Nullable ToolChoice choice(Fields request, UpstreamTools<String> tools) {
        Fields choice = request.inner("tool_choice");
        if (choice == null) {
            return null;
        }
        ToolChoice.Mode mode = switch (choice.required("type")) {
            case "auto" -> ToolChoice.Mode.AUTO;
            case "none" -> ToolChoice.Mode.NONE;
            case "any" -> ToolChoice.Mode.REQUIRED;
            case "tool" -> null;
            default -> throw choice.invalid("type", "must be one of auto, any, tool, none");
        };
        return mode == null ? function(choice, tools) : tools.choice(mode, request, "tool_choice");
    }

    private static ToolChoice function(Fields choice, UpstreamTools<String> tools) {
        String name = tools.nameOf(choice.required("name"));
        if (name == null) {
            throw choice.invalid("name", "must be the name of one of the tools that have an input_schema");
        }
        return new ToolChoice.Function(name);
    }

    static boolean disablesParallelCalls(Fields request, UpstreamTools<String> tools) {
        Fields choice = request.inner("tool_choice");
        return choice != null && !tools.isEmpty() && choice.flag("disable_parallel_tool_use", false);
    }
}
