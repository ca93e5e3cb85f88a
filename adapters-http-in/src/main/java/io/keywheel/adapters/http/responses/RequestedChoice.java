package io.keywheel.adapters.http.responses;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.ChatFields;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.adapters.http.responses.OfferedTools.Called;
import io.keywheel.domain.chat.ToolChoice;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the tool choice of a request.
final class RequestedChoice {

    private static final String FIELD = "tool_choice";

    private RequestedChoice() {}

    /// Removes from `tools` what the model must not call.
    static @Nullable ToolChoice read(Fields request, UpstreamTools<Called> tools) {
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
                Set<Called> meant = Set.of(meant(demanded));
                String name = tools.find(called -> isIn(meant, called));
                if (name == null) {
                    throw demanded.invalid("name", "is not one of the tools");
                }
                yield new ToolChoice.Function(name);
            }
            case "allowed_tools" -> {
                Set<Called> allowed = demanded.objects("tools").stream()
                        .map(RequestedChoice::meant)
                        .collect(toSet());
                tools.keep(called -> isIn(allowed, called));
                yield mode(demanded, "mode", tools);
            }
            default ->
                throw demanded.invalid(
                        "type", "demands '" + UpstreamTools.allowed(type) + "', which this gateway does not have");
        };
    }

    private static @Nullable ToolChoice mode(Fields owner, String field, UpstreamTools<Called> tools) {
        ToolChoice.Mode mode =
                ChatFields.oneOf(owner, field, ToolChoice.Mode.AUTO, ToolChoice.Mode.NONE, ToolChoice.Mode.REQUIRED);
        return tools.choice(mode, owner, field);
    }

    /// A namespace has an empty tool name, because it stands for all its tools. Other types match no tool.
    private static Called meant(Fields tool) {
        String name = tool.text("name");
        String called = name == null ? "" : name;
        String namespace = tool.text(OfferedTools.NAMESPACE);
        return switch (tool.needed("type")) {
            case OfferedTools.FUNCTION -> new Called(ItemKind.FUNCTION_CALL, namespace, called);
            case OfferedTools.CUSTOM -> new Called(ItemKind.CUSTOM_CALL, namespace, called);
            case OfferedTools.NAMESPACE -> new Called(ItemKind.MESSAGE, called, "");
            default -> new Called(ItemKind.MESSAGE, null, "");
        };
    }

    /// A tool may be named without its namespace.
    private static boolean isIn(Set<Called> meant, Called called) {
        return meant.contains(called)
                || meant.contains(new Called(called.kind(), null, called.name()))
                || (called.namespace() != null && meant.contains(new Called(ItemKind.MESSAGE, called.namespace(), "")));
    }
}
