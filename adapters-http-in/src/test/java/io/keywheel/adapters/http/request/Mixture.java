package io.keywheel.adapters.http.request;

import io.keywheel.domain.chat.Extras;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Objects that say something known, something unknown, and in between.
final class Mixture {

    private static final List<String> NAMES = List.of(
            "metadata", "user", "cache_control", "x", "y", "index", "service_tier", "Model", "reasoning", "ü", "");

    private static final List<String> VALUES = List.of(
            "9007199254740993",
            "1.10",
            "-0",
            "1E+2",
            "1e-7",
            "0.0",
            "123456789012345678901234567890",
            "null",
            "true",
            "\"ü\\n\\\"\"",
            "\"\"",
            "[]",
            "{}",
            "[1.0,{\"role\":\"x\",\"a\":-0.0},null]",
            "{\"type\":\"function\",\"z\":null,\"a\":1E+2}");

    private final Random random;

    Mixture(Random random) {
        this.random = random;
    }

    /// Extras of at least so many fields.
    Extras extras(int least) {
        var fields = new LinkedHashMap<String, String>();
        for (String name : shuffled(NAMES).subList(0, random.nextInt(least, least + 4))) {
            fields.put(name, VALUES.get(random.nextInt(VALUES.size())));
        }
        return new Extras(fields);
    }

    String mixed(Map<String, String> typed, Extras extras) {
        return object(fields(typed, extras));
    }

    /// Extras keep their order; what is typed may stand anywhere between them.
    SequencedMap<String, String> fields(Map<String, String> typed, Extras extras) {
        var left = new ArrayDeque<>(shuffled(typed.keySet().stream().sorted().toList()));
        var right = new ArrayDeque<>(extras.fields().keySet());
        var fields = new LinkedHashMap<String, String>();
        while (!left.isEmpty() || !right.isEmpty()) {
            if (right.isEmpty() || (!left.isEmpty() && random.nextBoolean())) {
                String name = left.remove();
                fields.put(name, typed.get(name));
            } else {
                String name = right.remove();
                fields.put(name, extras.fields().get(name));
            }
        }
        return fields;
    }

    <T> List<T> shuffled(List<T> some) {
        var shuffled = new ArrayList<>(some);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    static String object(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> quoted(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }
}
