package io.keywheel.adapters.http.json;

import io.keywheel.domain.routing.NearestNames;
import java.util.List;
import java.util.Set;

/// The names that an object may have, where an unknown one is an error.
public record KnownNames(Set<String> names) {

    private static final int LONGEST_SHOWN = 60;

    public static KnownNames of(String... names) {
        return new KnownNames(Set.of(names));
    }

    public KnownNames {
        names = Set.copyOf(names);
    }

    public void check(Fields fields) {
        fields.object().fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw unknown(name, fields);
            }
        });
    }

    private InvalidRequestException unknown(String name, Fields fields) {
        List<String> near = NearestNames.nearest(name, names, 1);
        String shown = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
        return fields.invalid(
                shown,
                near.isEmpty()
                        ? "is not a field; known are "
                                + String.join(", ", names.stream().sorted().toList())
                        : "is not a field; did you mean '" + near.getFirst() + "'?");
    }
}
