package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Tool;
import io.keywheel.json.WrittenJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A tool without its name: its description and its parameters.
record ToolDefinition(
        @Nullable String description,
        @Nullable String parameters,
        @Nullable Boolean strict) {

    /// Of a custom tool: its free text is the only argument.
    private static final String FREE_TEXT = """
            {"type":"object","properties":{"input":{"type":"string","description":"The whole input of the tool, as \
            free text"}},"required":["input"],"additionalProperties":false}""";

    static ToolDefinition function(Fields tool) {
        Fields parameters = tool.inner("parameters");
        // OpenAI's SDKs require both in an answer, which repeats its tools.
        for (String name : List.of("parameters", "strict")) {
            if (!tool.object().has(name)) {
                tool.object().putNull(name);
            }
        }
        return new ToolDefinition(
                tool.text("description"),
                parameters == null ? null : WrittenJson.text(parameters.object()),
                tool.flag("strict"));
    }

    /// A grammar cannot be enforced upstream: the model reads it.
    static ToolDefinition custom(Fields tool) {
        String description = tool.text("description");
        Fields format = tool.inner("format");
        if (format != null && "grammar".equals(format.text("type"))) {
            description = (description == null ? "" : description + "\n\n") + "The input must match this grammar ("
                    + format.needed("syntax") + "):\n" + format.needed("definition");
        }
        return new ToolDefinition(description, FREE_TEXT, null);
    }

    Tool named(String name) {
        return new Tool.Function(name, description, parameters, strict, Extras.NONE);
    }
}
