package io.keywheel.adapters.http.responses;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names in the characters and the length that providers and headers allow.
final class ToolName {

    private static final int LONGEST = 64;

    private ToolName() {}

    /// One name for both. A name that is cut stays distinct, and the same in each request.
    static String flat(@Nullable String namespace, String name) {
        String whole = namespace == null ? name : namespace + (namespace.endsWith("_") ? "" : "__") + name;
        String allowed = whole.replaceAll("[^A-Za-z0-9_-]", "_");
        return allowed.length() <= LONGEST
                ? allowed
                : allowed.substring(0, LONGEST - 9) + "_%08x".formatted(whole.hashCode());
    }

    /// `name`, with a number where it is taken.
    static String unique(String name, Set<String> taken) {
        String unique = name;
        for (int i = 2; taken.contains(unique); i++) {
            String end = "_" + i;
            unique = name.substring(0, Math.min(name.length(), LONGEST - end.length())) + end;
        }
        return unique;
    }

    /// What a header can have of the type of a tool or an item.
    static String allowed(String type) {
        String allowed = type.replaceAll("[^A-Za-z0-9_.-]", "_");
        return allowed.length() <= LONGEST ? allowed : allowed.substring(0, LONGEST);
    }
}
