package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tools of a request, and the functions that represent them upstream.
///
/// Providers support only functions. There, a namespace is a part of its functions' names, and a custom tool's free
/// text is the only argument of a function. Hosted tools are dropped.
final class OfferedTools {

    static final String FUNCTION = "function";
    static final String CUSTOM = "custom";
    static final String NAMESPACE = "namespace";
    static final String SEARCH = "tool_search";

    /// The argument with a custom tool's free text.
    static final String INPUT = "input";

    private static final String FREE_TEXT = """
            {"type":"object","properties":{"input":{"type":"string","description":"The whole input of the tool, as \
            free text"}},"required":["input"],"additionalProperties":false}""";

    /// @param kind the kind of the items that call the tool
    record ClientTool(ItemKind kind, @Nullable String namespace, String name) {}

    private final UpstreamTools<ClientTool> upstream = new UpstreamTools<>();

    /// A table, because ten thousand past calls may each look for one of a thousand tools.
    private final Map<String, ClientTool> firstByName = new HashMap<>();

    /// @return the upstream names of the tools in the field `tools` of `owner`
    List<String> offer(Fields owner, @Nullable String namespace) {
        var names = new ArrayList<String>();
        for (Fields tool : owner.objects("tools")) {
            String type = tool.required("type");
            switch (type) {
                case FUNCTION, CUSTOM -> {
                    ItemKind kind = type.equals(CUSTOM) ? ItemKind.CUSTOM_CALL : ItemKind.FUNCTION_CALL;
                    names.add(add(new ClientTool(kind, namespace, UpstreamTools.name(tool)), tool, owner));
                }
                case NAMESPACE -> names.addAll(offer(tool, UpstreamTools.name(tool)));
                default -> {
                    // Only OpenAI can run other searches.
                    if (type.equals(SEARCH) && "client".equals(tool.text("execution"))) {
                        add(new ClientTool(ItemKind.SEARCH_CALL, null, SEARCH), tool, owner);
                    } else {
                        upstream.drop(type);
                    }
                }
            }
        }
        return names;
    }

    /// The field `tools` as the response repeats it: OpenAI's SDKs require `parameters` and `strict` of a function.
    static ArrayNode echo(Fields owner) {
        ArrayNode echo = JsonNodeFactory.instance.arrayNode();
        for (Fields tool : owner.objects("tools")) {
            ObjectNode copy = echo.addObject().setAll(tool.object());
            String type = tool.required("type");
            if (type.equals(FUNCTION)) {
                copy.putIfAbsent("parameters", NullNode.instance);
                copy.putIfAbsent("strict", NullNode.instance);
            } else if (type.equals(NAMESPACE) && tool.value("tools") != null) {
                copy.set("tools", echo(tool));
            }
        }
        return echo;
    }

    private String add(ClientTool clientTool, Fields tool, Fields owner) {
        firstByName.putIfAbsent(clientTool.name(), clientTool);
        String name = qualifiedName(clientTool.namespace(), clientTool.name());
        Tool.Function function = clientTool.kind() == ItemKind.CUSTOM_CALL
                ? custom(name, tool)
                : new Tool.Function(
                        name, tool.text("description"), tool.json("parameters"), tool.flag("strict"), Extras.NONE);
        return upstream.add(clientTool, function, owner);
    }

    /// A grammar cannot be enforced upstream, so the description tells it to the model.
    private static Tool.Function custom(String name, Fields tool) {
        String description = tool.text("description");
        Fields format = tool.inner("format");
        if (format != null && "grammar".equals(format.text("type"))) {
            description = (description == null ? "" : description + "\n\n") + "The input must match this grammar ("
                    + format.required("syntax") + "):\n" + format.required("definition");
        }
        return new Tool.Function(name, description, FREE_TEXT);
    }

    private static String qualifiedName(@Nullable String namespace, String name) {
        return namespace == null ? name : namespace + (namespace.endsWith("_") ? "" : "__") + name;
    }

    UpstreamTools<ClientTool> upstream() {
        return upstream;
    }

    /// The upstream name of a tool that an earlier item calls. The tool may no longer be offered; Codex omits its
    /// default namespace.
    String upstreamName(ClientTool past) {
        String same = upstream.nameOf(past);
        ClientTool other = past.namespace() == null ? firstByName.get(past.name()) : null;
        String offered = same == null && other != null ? upstream.nameOf(other) : same;
        return offered == null ? UpstreamTools.sanitized(qualifiedName(past.namespace(), past.name())) : offered;
    }

    /// The tool that a model calls; a function if no tool of that name was offered.
    ClientTool clientTool(String upstreamName) {
        ClientTool clientTool = upstream.toolOf(upstreamName);
        return clientTool == null ? new ClientTool(ItemKind.FUNCTION_CALL, null, upstreamName) : clientTool;
    }
}
