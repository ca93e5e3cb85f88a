package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.json.WrittenJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class OpenAiTools {

    private OpenAiTools() {}

    static List<Tool> read(Fields request) {
        return request.objects("tools").stream().map(OpenAiTools::tool).toList();
    }

    private static Tool tool(Fields fields) {
        if (!fields.required("type").equals("function")) {
            return new Tool.Other(fields.extrasExcept());
        }
        Fields function = fields.requiredInner("function");
        var tool = new Tool.Function(
                function.required("name"),
                function.text("description"),
                function.json("parameters"),
                function.flag("strict"),
                fields.extrasExcept("type", "function"));
        return function.extrasExcept("name", "description", "parameters", "strict")
                        .equals(Extras.NONE)
                ? tool
                : new Tool.Other(fields.extrasExcept());
    }

    static @Nullable ToolChoice choice(Fields request) {
        JsonNode choice = request.value("tool_choice");
        if (choice == null) {
            return null;
        }
        if (!choice.isTextual() && !choice.isObject()) {
            throw request.invalid("tool_choice", "must be a string or an object");
        }
        return switch (choice.asText()) {
            case "auto" -> ToolChoice.Mode.AUTO;
            case "none" -> ToolChoice.Mode.NONE;
            case "required" -> ToolChoice.Mode.REQUIRED;
            default -> named(choice);
        };
    }

    /// A choice of one function if it has only the known fields, else the choice as written.
    private static ToolChoice named(JsonNode choice) {
        JsonNode function = choice.path("function");
        JsonNode name = function.path("name");
        boolean plain = choice.size() == 2
                && choice.path("type").asText().equals("function")
                && function.size() == 1
                && name.isTextual();
        return plain ? new ToolChoice.Function(name.textValue()) : new ToolChoice.Other(WrittenJson.text(choice));
    }
}
