package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Tool;
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

    /// The argument that stands for a custom tool's free text.
    static final String INPUT = "input";

    private static final int LONGEST_NAME = 64;
    private static final int MOST_DROPPED = 32;

    /// A tool as the client knows it.
    record Called(boolean custom, @Nullable String namespace, String name) {}

    private record Offered(Called called, Tool function) {}

    private final SequencedMap<String, Offered> byUpstreamName = new LinkedHashMap<>();
    private final SequencedSet<String> dropped = new LinkedHashSet<>();

    static OfferedTools read(Fields request) {
        var tools = new OfferedTools();
        tools.offer(request, null);
        return tools;
    }

    /// Adds what the field `tools` of an object offers.
    void offer(Fields owner, @Nullable String namespace) {
        for (Fields tool : owner.objects("tools")) {
            String type = tool.needed("type");
            switch (type) {
                case FUNCTION -> add(ToolDefinition.function(tool), new Called(false, namespace, tool.needed("name")));
                case CUSTOM -> add(ToolDefinition.custom(tool), new Called(true, namespace, tool.needed("name")));
                case NAMESPACE -> offer(tool, tool.needed("name"));
                default -> drop(type);
            }
        }
    }

    /// Notes that a tool or an item of a type was left out, in what a header can have.
    void drop(String type) {
        if (dropped.size() < MOST_DROPPED) {
            dropped.add(allowed(type));
        }
    }

    SequencedSet<String> dropped() {
        return dropped;
    }

    List<Tool> upstream() {
        return byUpstreamName.values().stream().map(Offered::function).toList();
    }

    private void add(ToolDefinition definition, Called called) {
        String wanted = flat(called.namespace(), called.name());
        String name = wanted;
        for (int i = 2; byUpstreamName.containsKey(name); i++) {
            String end = "_" + i;
            name = wanted.substring(0, Math.min(wanted.length(), LONGEST_NAME - end.length())) + end;
        }
        byUpstreamName.put(name, new Offered(called, definition.named(name)));
    }

    /// The name upstream of a tool that an item of the past names. The tool may no longer be offered; Codex leaves out
    /// its default namespace.
    String upstreamName(@Nullable String namespace, String name) {
        String same = find(called -> called.name().equals(name) && Objects.equals(called.namespace(), namespace));
        String offered =
                same == null && namespace == null ? find(called -> called.name().equals(name)) : same;
        return offered == null ? flat(namespace, name) : offered;
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
        return offered == null ? new Called(false, null, upstreamName) : offered.called();
    }

    /// One name for both, in what providers allow. A name that is cut stays distinct, and the same in each request.
    private static String flat(@Nullable String namespace, String name) {
        String whole = namespace == null ? name : namespace + (namespace.endsWith("_") ? "" : "__") + name;
        String allowed = whole.replaceAll("[^A-Za-z0-9_-]", "_");
        return allowed.length() <= LONGEST_NAME
                ? allowed
                : allowed.substring(0, LONGEST_NAME - 9) + "_%08x".formatted(whole.hashCode());
    }

    static String allowed(String type) {
        String allowed = type.replaceAll("[^A-Za-z0-9_.-]", "_");
        return allowed.length() <= LONGEST_NAME ? allowed : allowed.substring(0, LONGEST_NAME);
    }
}
