package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.responses.OfferedTools.Called;
import io.keywheel.domain.chat.ToolChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads whether the model is to call tools, and which.
final class RequestedChoice {

    private static final String FIELD = "tool_choice";

    private RequestedChoice() {}

    /// Leaves out of `tools` what the model must not call.
    static @Nullable ToolChoice read(Fields request, OfferedTools tools) {
        JsonNode choice = request.value(FIELD);
        if (choice == null) {
            return null;
        }
        if (choice.isTextual()) {
            return mode(request, FIELD, tools);
        }
        if (!choice.isObject()) {
            throw request.invalid(FIELD, "must be a string or an object");
        }
        Fields demanded = request.needed(FIELD, request.inner(FIELD));
        String type = demanded.needed("type");
        return switch (type) {
            case OfferedTools.FUNCTION, OfferedTools.CUSTOM -> {
                String name = tools.find(called -> means(demanded, called));
                if (name == null) {
                    throw demanded.invalid("name", "is not one of the tools");
                }
                yield new ToolChoice.Function(name);
            }
            case "allowed_tools" -> {
                List<Fields> allowed = demanded.objects("tools");
                tools.keep(called -> allowed.stream().anyMatch(tool -> means(tool, called)));
                yield mode(demanded, "mode", tools);
            }
            default ->
                throw demanded.invalid(
                        "type", "demands '" + ToolName.allowed(type) + "', which this gateway does not have");
        };
    }

    /// Upstream, a choice without tools is refused.
    private static @Nullable ToolChoice mode(Fields owner, String field, OfferedTools tools) {
        return switch (owner.needed(field)) {
            case "auto" -> tools.isEmpty() ? null : ToolChoice.Mode.AUTO;
            case "none" -> tools.isEmpty() ? null : ToolChoice.Mode.NONE;
            case "required" -> {
                if (tools.isEmpty()) {
                    throw owner.invalid(field, "demands a tool, and there is no function or custom tool to call");
                }
                yield ToolChoice.Mode.REQUIRED;
            }
            default -> throw owner.invalid(field, "must be one of auto, none, required");
        };
    }

    private static boolean means(Fields tool, Called called) {
        String name = tool.text("name");
        String namespace = tool.text(OfferedTools.NAMESPACE);
        return switch (tool.needed("type")) {
            case OfferedTools.FUNCTION -> called.kind() == ItemKind.FUNCTION_CALL && isNamed(called, namespace, name);
            case OfferedTools.CUSTOM -> called.kind() == ItemKind.CUSTOM_CALL && isNamed(called, namespace, name);
            case OfferedTools.NAMESPACE -> name != null && name.equals(called.namespace());
            default -> false;
        };
    }

    private static boolean isNamed(Called called, @Nullable String namespace, @Nullable String name) {
        return called.name().equals(name) && (namespace == null || namespace.equals(called.namespace()));
    }
}
