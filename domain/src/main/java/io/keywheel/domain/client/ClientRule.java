package io.keywheel.domain.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a client may do.
///
/// @param limits the most of each, from 1 to [ClientLimit#MOST]; what is missing is not limited
/// @param models the names that the client may use; one that ends in `*` allows all that begin so. Empty: all
/// @param seesAll whether the client may see the usage of others
public record ClientRule(Map<ClientLimit, Long> limits, List<String> models, boolean seesAll) {

    /// Everything, but for the usage of others.
    public static final ClientRule UNLIMITED = new ClientRule(Map.of(), List.of(), false);

    private static final String ANY_END = "*";

    public ClientRule {
        var inOrder = new EnumMap<ClientLimit, Long>(ClientLimit.class);
        inOrder.putAll(limits);
        limits = Collections.unmodifiableMap(inOrder);
        models = List.copyOf(models);
        if (limits.values().stream().anyMatch(limit -> limit < 1 || limit > ClientLimit.MOST)) {
            throw new IllegalArgumentException("a limit is from 1 to " + ClientLimit.MOST);
        }
    }

    /// Whether the client may use any of these, which are names of one model.
    public boolean allows(List<String> names) {
        return models.isEmpty() || names.stream().anyMatch(this::covers);
    }

    /// As the settings have it: `60rpm 8 at once, see all, models smart groq/*`.
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        if (!limits.isEmpty()) {
            parts.add(limits.entrySet().stream()
                    .map(limit -> limit.getKey().written(limit.getValue()))
                    .collect(Collectors.joining(" ")));
        }
        if (seesAll) {
            parts.add("see all");
        }
        if (!models.isEmpty()) {
            parts.add("models " + String.join(" ", models));
        }
        return parts.isEmpty() ? "no limits" : String.join(", ", parts);
    }

    private boolean covers(String name) {
        return models.stream()
                .anyMatch(model -> model.endsWith(ANY_END)
                        ? name.startsWith(model.substring(0, model.length() - ANY_END.length()))
                        : name.equals(model));
    }
}
