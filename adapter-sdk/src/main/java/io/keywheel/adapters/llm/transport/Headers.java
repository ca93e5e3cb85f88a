package io.keywheel.adapters.llm.transport;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The headers of an answer, with case-insensitive names. Of a repeated header, the first value counts.
public final class Headers {

    public static final Headers NONE = of(Map.of());

    private final SortedMap<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Headers() {}

    public static Headers of(Map<String, List<String>> all) {
        var headers = new Headers();
        all.forEach((name, values) -> headers.all.putIfAbsent(name, values.isEmpty() ? "" : values.getFirst()));
        return headers;
    }

    public @Nullable String get(String name) {
        return all.get(name);
    }

    /// The names that start with `prefix`, in any case.
    public Iterable<String> startingWith(String prefix) {
        return all.subMap(prefix, prefix + Character.MAX_VALUE).keySet();
    }
}
