package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The tools of a request, and the functions that stand for them upstream.
///
/// Providers know functions alone. A namespace is a part of its functions' names there, and the free text of a custom
/// tool is a function's only argument. Hosted tools are left out.
final class OfferedTools {

    static final String FUNCTION = "function";
    static final String CUSTOM = "custom";
    static final String NAMESPACE = "namespace";
    static final String SEARCH = "tool_search";

    /// The argument that stands for a custom tool's free text.
    static final String INPUT = "input";

    private static final int MOST_DROPPED = 32;

    /// Names are looked up one by one.
    private static final int MOST_TOOLS = 1_000;

    /// A tool as the client knows it.
    ///
    /// @param kind of the items that call it
    record Called(ItemKind kind, @Nullable String namespace, String name) {}

    private record Offered(Called called, Tool function) {}

    private final SequencedMap<String, Offered> byUpstreamName = new LinkedHashMap<>();
    private final SequencedSet<String> dropped = new LinkedHashSet<>();

    static OfferedTools read(Fields request) {
        var tools = new OfferedTools();
        tools.offer(request, null);
        return tools;
    }

    /// Adds what the field `tools` of an object offers.
    ///
    /// @return the names upstream
    List<String> offer(Fields owner, @Nullable String namespace) {
        var names = new ArrayList<String>();
        for (Fields tool : owner.objects("tools")) {
            if (byUpstreamName.size() == MOST_TOOLS) {
                throw owner.invalid("tools", "must be at most " + MOST_TOOLS + ", those in namespaces included");
            }
            String type = tool.needed("type");
            switch (type) {
                case FUNCTION -> names.add(add(ToolDefinition.function(tool), ItemKind.FUNCTION_CALL, namespace, tool));
                case CUSTOM -> names.add(add(ToolDefinition.custom(tool), ItemKind.CUSTOM_CALL, namespace, tool));
                case NAMESPACE -> names.addAll(offer(tool, tool.needed("name")));
                case SEARCH -> search(tool);
                default -> drop(type);
            }
        }
        return names;
    }

    /// The client's own search is a function; another one only OpenAI could do.
    private void search(Fields tool) {
        if ("client".equals(tool.text("execution"))) {
            add(ToolDefinition.function(tool), new Called(ItemKind.SEARCH_CALL, null, SEARCH));
        } else {
            drop(SEARCH);
        }
    }

    /// Notes that a tool or an item of a type was left out, in what a header can have.
    void drop(String type) {
        if (dropped.size() < MOST_DROPPED) {
            dropped.add(ToolName.allowed(type));
        }
    }

    SequencedSet<String> dropped() {
        return dropped;
    }

    List<Tool> upstream() {
        return byUpstreamName.values().stream().map(Offered::function).toList();
    }

    private String add(ToolDefinition definition, ItemKind kind, @Nullable String namespace, Fields tool) {
        return add(definition, new Called(kind, namespace, tool.needed("name")));
    }

    /// A client may find the same tool again.
    private String add(ToolDefinition definition, Called called) {
        String known = find(called::equals);
        if (known != null) {
            return known;
        }
        String name = ToolName.unique(ToolName.flat(called.namespace(), called.name()), byUpstreamName.keySet());
        byUpstreamName.put(name, new Offered(called, definition.named(name)));
        return name;
    }

    /// The name upstream of a tool that an item of the past names. The tool may no longer be offered; Codex leaves out
    /// its default namespace.
    String upstreamName(@Nullable String namespace, String name) {
        String same = find(called -> called.name().equals(name) && Objects.equals(called.namespace(), namespace));
        String offered =
                same == null && namespace == null ? find(called -> called.name().equals(name)) : same;
        return offered == null ? ToolName.flat(namespace, name) : offered;
    }

    /// The name upstream of the first tool that is meant; null for none.
    @Nullable
    String find(Predicate<Called> meant) {
        for (Map.Entry<String, Offered> offered : byUpstreamName.entrySet()) {
            if (meant.test(offered.getValue().called())) {
                return offered.getKey();
            }
        }
        return null;
    }

    /// Leaves out all tools but those.
    void keep(Predicate<Called> meant) {
        byUpstreamName.values().removeIf(offered -> !meant.test(offered.called()));
    }

    boolean isEmpty() {
        return byUpstreamName.isEmpty();
    }

    /// The tool that a model calls; a function of that name where none was offered.
    Called called(String upstreamName) {
        Offered offered = byUpstreamName.get(upstreamName);
        return offered == null ? new Called(ItemKind.FUNCTION_CALL, null, upstreamName) : offered.called();
    }
}
