package io.keywheel.adapters.llm.transport;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An answer's headers, by name whatever its case; of a repeated one, the first.
public record Headers(SortedMap<String, String> values) {

    public static Headers of(Map<String, List<String>> all) {
        var first = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        all.forEach((name, values) -> first.putIfAbsent(name, values.isEmpty() ? "" : values.getFirst()));
        return new Headers(Collections.unmodifiableSortedMap(first));
    }

    @Nullable
    public String get(String name) {
        return values.get(name);
    }
}
