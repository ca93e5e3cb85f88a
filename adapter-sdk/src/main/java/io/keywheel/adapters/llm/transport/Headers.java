package io.keywheel.adapters.llm.transport;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The headers of an answer, with case-insensitive names. Of a repeated header, the first value counts.
public final class Headers {

    public static final Headers NONE = of(Map.of());

    private final SortedMap<String, List<String>> all;

    private Headers(SortedMap<String, List<String>> all) {
        this.all = all;
    }

    public static Headers of(Map<String, List<String>> all) {
        var sorted = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        all.forEach(sorted::putIfAbsent);
        return new Headers(sorted);
    }

    public @Nullable String get(String name) {
        List<String> values = all.get(name);
        return values == null ? null : values.isEmpty() ? "" : values.getFirst();
    }

    /// The names that start with `prefix`, in any case.
    public Iterable<String> startingWith(String prefix) {
        return all.subMap(prefix, prefix + Character.MAX_VALUE).keySet();
    }
}
