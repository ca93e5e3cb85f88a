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
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The functions that stand upstream for the tools of a request, each under a name that providers allow.
///
/// @param <T> a tool as the client knows it
public final class UpstreamTools<T> {

    private static final int MOST = 1_000;
    private static final int LONGEST_NAME = 64;

    private record Offered<T>(T tool, Tool function) {}

    private final SequencedMap<String, Offered<T>> byName = new LinkedHashMap<>();
    private final Map<T, String> names = new HashMap<>();
    private final SequencedSet<String> leftOut = new LinkedHashSet<>();

    /// The name that a tool or a call has in the field `name`.
    public static String name(Fields owner) {
        String name = owner.needed("name");
        if (name.isEmpty()) {
            throw owner.invalid("name", "must not be empty");
        }
        return name;
    }

    /// A name in the characters and the length that providers allow. One that is cut stays distinct, and the same in
    /// each request.
    public static String allowed(String name) {
        String allowed = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return allowed.length() <= LONGEST_NAME
                ? allowed
                : allowed.substring(0, LONGEST_NAME - 9) + "_%08x".formatted(name.hashCode());
    }

    /// Adds a tool, unless it is known: a client may find the same one again.
    ///
    /// @param name as the client has it
    /// @param function makes the function of its name upstream
    /// @param owner has the tool in its field `tools`
    /// @return the name upstream
    public String add(T tool, String name, Function<String, Tool> function, Fields owner) {
        String known = names.get(tool);
        if (known != null) {
            return known;
        }
        if (byName.size() == MOST) {
            throw owner.invalid("tools", "must be at most " + MOST + ", those in namespaces and items included");
        }
        String unique = unique(allowed(name));
        names.put(tool, unique);
        byName.put(unique, new Offered<>(tool, function.apply(unique)));
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

    /// The name upstream of the first tool that is meant; null for none.
    public @Nullable String find(Predicate<T> meant) {
        return byName.entrySet().stream()
                .filter(offered -> meant.test(offered.getValue().tool()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /// The name upstream of a tool; null where it is not offered.
    public @Nullable String nameOf(T tool) {
        return names.get(tool);
    }

    /// The tool of a name upstream; null for none.
    public @Nullable T called(String name) {
        Offered<T> offered = byName.get(name);
        return offered == null ? null : offered.tool();
    }

    public void keep(Predicate<T> meant) {
        byName.values().removeIf(offered -> !meant.test(offered.tool()));
        names.values().retainAll(byName.keySet());
    }

    public List<Tool> functions() {
        return byName.values().stream().map(Offered::function).toList();
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /// What is asked for in the field `name` of `owner`; null without tools, because a choice is refused upstream then.
    public @Nullable ToolChoice choice(ToolChoice.Mode mode, Fields owner, String name) {
        if (isEmpty() && mode == ToolChoice.Mode.REQUIRED) {
            throw owner.invalid(name, "demands a tool, and the request has none that can be called here");
        }
        return isEmpty() ? null : mode;
    }

    /// Notes the type of a tool, an item or a block that no provider gets.
    public void leaveOut(String type) {
        leftOut.add(type);
    }

    public SequencedSet<String> leftOut() {
        return leftOut;
    }
}
