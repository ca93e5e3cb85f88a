package io.keywheel.domain.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// Names that stand for a route, always including [#AUTO]. A name that ends in `*` is a prefix pattern.
///
/// @param definitions by name or pattern, in their order
public record VirtualModels(SequencedMap<String, Definition> definitions) {

    /// Leads to the providers' default models, unless the settings define it.
    public static final String AUTO = "auto";

    public static final VirtualModels NONE = new VirtualModels(new LinkedHashMap<>());

    /// @param skipped the targets at providers without a key; they form the route if no other target is left
    public record Definition(Route route, List<RouteTarget> skipped) {

        public Definition {
            skipped = List.copyOf(skipped);
        }

        /// The named models of the route, without default models.
        Set<RouteTarget> targets() {
            return route.targets().filter(target -> target.model() != null).collect(Collectors.toSet());
        }

        /// Whether all its targets are at providers without a key.
        public boolean isUnanswered() {
            return route.members().allMatch(skipped::contains);
        }
    }

    public VirtualModels {
        var copy = new LinkedHashMap<String, Definition>();
        copy.put(AUTO, new Definition(Route.AUTO, List.of()));
        copy.putAll(definitions);
        definitions = Collections.unmodifiableSequencedMap(copy);
    }

    /// The route of a request that names no model.
    public Route auto() {
        return Objects.requireNonNull(definitions.get(AUTO)).route();
    }

    /// The route of a model name: of the definition with that name, else of the longest pattern that matches it.
    /// [#AUTO] always has a definition, so no pattern applies to it.
    public Optional<Route> find(String model) {
        return Optional.ofNullable(definitions.get(model))
                .or(() -> byPattern(model))
                .map(Definition::route);
    }

    private Optional<Definition> byPattern(String model) {
        String longest = "";
        for (String name : definitions.keySet()) {
            if (name.length() > longest.length() && covers(name, model)) {
                longest = name;
            }
        }
        return Optional.ofNullable(definitions.get(longest));
    }

    /// The named models of all definitions, each with the names and patterns that lead to it.
    public Map<RouteTarget, List<String>> targets() {
        var targets = new LinkedHashMap<RouteTarget, List<String>>();
        definitions.forEach((name, definition) -> {
            for (RouteTarget target : definition.targets()) {
                targets.computeIfAbsent(target, _ -> new ArrayList<>()).add(name);
            }
        });
        return targets;
    }

    /// Whether a definition names this model at this provider.
    public boolean hasTarget(RouteTarget target) {
        return definitions.values().stream()
                .anyMatch(definition -> definition.route().targets().anyMatch(target::equals));
    }

    /// The defined names without patterns.
    public List<String> names() {
        return definitions.keySet().stream().filter(name -> !isPattern(name)).toList();
    }

    static boolean isPattern(String name) {
        return name.endsWith("*");
    }

    /// Whether `entry` is `name`, or a pattern with a final `*` that matches it.
    public static boolean covers(String entry, String name) {
        return isPattern(entry) ? name.startsWith(entry.substring(0, entry.length() - 1)) : name.equals(entry);
    }
}
