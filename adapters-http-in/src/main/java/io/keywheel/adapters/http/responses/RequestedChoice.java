package io.keywheel.adapters.http.responses;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.adapters.http.responses.OfferedTools.ClientTool;
import io.keywheel.domain.chat.ToolChoice;
import java.util.Set;
import org.jspecify.annotations.Nullable;

final class RequestedChoice {

    private static final String FIELD = "tool_choice";

    private RequestedChoice() {}

    /// Removes from `tools` what the model must not call.
    static @Nullable ToolChoice read(Fields request, UpstreamTools<ClientTool> tools) {
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
        Fields demanded = request.requiredInner(FIELD);
        String type = demanded.required("type");
        return switch (type) {
            case OfferedTools.FUNCTION, OfferedTools.CUSTOM -> {
                Set<ClientTool> requested = Set.of(requestedTool(demanded));
                String name = tools.find(clientTool -> isIn(requested, clientTool));
                if (name == null) {
                    throw demanded.invalid("name", "is not one of the tools");
                }
                yield new ToolChoice.Function(name);
            }
            case "allowed_tools" -> {
                Set<ClientTool> allowed = demanded.objects("tools").stream()
                        .map(RequestedChoice::requestedTool)
                        .collect(toSet());
                tools.retainIf(clientTool -> isIn(allowed, clientTool));
                yield mode(demanded, "mode", tools);
            }
            default ->
                throw demanded.invalid(
                        "type", "demands '" + UpstreamTools.sanitized(type) + "', which this gateway does not have");
        };
    }

    private static @Nullable ToolChoice mode(Fields owner, String field, UpstreamTools<ClientTool> tools) {
        ToolChoice.Mode mode = owner.oneOf(field, ToolChoice.Mode.AUTO, ToolChoice.Mode.NONE, ToolChoice.Mode.REQUIRED);
        return tools.choice(mode, owner, field);
    }

    /// A namespace has an empty tool name, because it stands for all its tools. Other types match no tool.
    private static ClientTool requestedTool(Fields tool) {
        String toolName = tool.textOr("name", "");
        String namespace = tool.text(OfferedTools.NAMESPACE);
        return switch (tool.required("type")) {
            case OfferedTools.FUNCTION -> new ClientTool(ItemKind.FUNCTION_CALL, namespace, toolName);
            case OfferedTools.CUSTOM -> new ClientTool(ItemKind.CUSTOM_CALL, namespace, toolName);
            case OfferedTools.NAMESPACE -> new ClientTool(ItemKind.MESSAGE, toolName, "");
            default -> new ClientTool(ItemKind.MESSAGE, null, "");
        };
    }

    /// A tool may be named without its namespace.
    private static boolean isIn(Set<ClientTool> requested, ClientTool clientTool) {
        return requested.contains(clientTool)
                || requested.contains(new ClientTool(clientTool.kind(), null, clientTool.name()))
                || (clientTool.namespace() != null
                        && requested.contains(new ClientTool(ItemKind.MESSAGE, clientTool.namespace(), "")));
    }
}
