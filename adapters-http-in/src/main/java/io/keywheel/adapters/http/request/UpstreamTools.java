package io.keywheel.adapters.http.request;

import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The functions that represent the tools of a request upstream, each with a name that providers accept.
///
/// @param <T> a tool as the client knows it
public final class UpstreamTools<T> {

    private static final int MOST_TOOLS = 1_000;
    private static final int LONGEST_NAME = 64;

    private final SequencedMap<T, Tool.Function> functions = new LinkedHashMap<>();
    private final Map<String, T> byName = new HashMap<>();
    private final SequencedSet<String> dropped = new LinkedHashSet<>();

    public static String name(Fields owner) {
        String name = owner.required("name");
        if (name.isEmpty()) {
            throw owner.invalid("name", "must not be empty");
        }
        return name;
    }

    /// Converts a name to the characters and the length that providers accept. A truncated name gets a hash, so it
    /// stays distinct, and the same in each request.
    public static String sanitized(String name) {
        String sanitized = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return sanitized.length() <= LONGEST_NAME
                ? sanitized
                : sanitized.substring(0, LONGEST_NAME - 9) + "_%08x".formatted(name.hashCode());
    }

    /// Adds a tool, unless it is present: a client's search may find the same tool again.
    ///
    /// @param function has the client's name, or a name derived from it
    /// @param owner has the tool in its field `tools`
    /// @return the upstream name
    public String add(T tool, Tool.Function function, Fields owner) {
        String known = nameOf(tool);
        if (known != null) {
            return known;
        }
        if (functions.size() == MOST_TOOLS) {
            throw owner.invalid("tools", "must be at most " + MOST_TOOLS + ", those in namespaces and items included");
        }
        String unique = unique(sanitized(function.name()));
        byName.put(unique, tool);
        functions.put(
                tool,
                new Tool.Function(
                        unique, function.description(), function.parameters(), function.strict(), function.extras()));
        return unique;
    }

    private String unique(String name) {
        String unique = name;
        for (int i = 2; byName.containsKey(unique); i++) {
            String end = "_" + i;
            unique = name.substring(0, Math.min(name.length(), LONGEST_NAME - end.length())) + end;
        }
        return unique;
    }

    /// The upstream name of the first tool that `matches`; null if none does.
    public @Nullable String find(Predicate<T> matches) {
        return functions.keySet().stream()
                .filter(matches)
                .findFirst()
                .map(this::nameOf)
                .orElse(null);
    }

    /// The upstream name; null if the request does not offer this tool.
    public @Nullable String nameOf(T tool) {
        Tool.Function function = functions.get(tool);
        return function == null ? null : function.name();
    }

    /// The tool with this upstream name; null if there is none.
    public @Nullable T toolOf(String name) {
        return byName.get(name);
    }

    public void retainIf(Predicate<T> matches) {
        functions.keySet().removeIf(matches.negate());
    }

    public List<Tool> functions() {
        return List.copyOf(functions.values());
    }

    public boolean isEmpty() {
        return functions.isEmpty();
    }

    /// The tool choice in the field `name` of `owner`; null without tools, because providers then refuse a choice.
    public @Nullable ToolChoice choice(ToolChoice.Mode mode, Fields owner, String name) {
        if (isEmpty() && mode == ToolChoice.Mode.REQUIRED) {
            throw owner.invalid(name, "demands a tool, and the request has none that can be called here");
        }
        return isEmpty() ? null : mode;
    }

    /// Records the type of a tool, an item or a block that no provider receives.
    public void drop(String type) {
        dropped.add(type);
    }

    public SequencedSet<String> dropped() {
        return dropped;
    }
}
