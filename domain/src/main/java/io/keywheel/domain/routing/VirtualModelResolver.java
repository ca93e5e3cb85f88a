package io.keywheel.domain.routing;

import io.keywheel.domain.routing.VirtualModels.Definition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses the definitions of [VirtualModels], such as `groq/openai/gpt-oss-120b|cerebras>fast`: `|` separates the
/// targets of a tier, `>` the tiers. Each problem names its definition first.
public final class VirtualModelResolver {

    /// The most targets of a definition, including those of nested definitions, which would multiply without end.
    private static final int MOST_TARGETS = 100;

    /// The most definitions that each need the next one, which is resolved first: recursively.
    private static final int MOST_NESTED = 100;

    private static final int LONGEST_SHOWN = 200;

    private final SequencedMap<String, String> texts;
    private final ModelCatalog catalog;
    private final Map<ProviderId, String> unusable;
    private final Map<String, Optional<Definition>> resolved = new HashMap<>();
    private final List<String> path = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /// @param catalog the models of all known providers, unusable providers last; of each, the default model
    ///     first
    /// @param unusable the providers that cannot be used, with the reason: `has no key`
    public VirtualModelResolver(
            SequencedMap<String, String> texts, ModelCatalog catalog, Map<ProviderId, String> unusable) {
        this.texts = new LinkedHashMap<>(texts);
        this.catalog = catalog;
        this.unusable = Map.copyOf(unusable);
    }

    public VirtualModels resolve() {
        var definitions = new LinkedHashMap<String, Definition>();
        texts.forEach((name, text) -> resolve(name, text).ifPresent(found -> {
            definitions.put(name, found);
            warnIfHiding(name, found);
        }));
        return new VirtualModels(definitions);
    }

    /// Problems that make definitions unusable.
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /// Probable mistakes.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private Optional<Definition> resolve(String name, String text) {
        Optional<Definition> known = resolved.get(name);
        if (known != null) {
            return known;
        }
        int before = path.indexOf(name);
        if (before >= 0) {
            String cycle = String.join(" -> ", path.subList(before, path.size()));
            RouteTarget meant = real(name);
            problems.add(name + ": leads to itself, " + cycle + " -> " + name
                    + (meant == null || meant.model() == null ? "" : "; did you mean " + meant + "?"));
            return Optional.empty();
        }
        if (path.size() == MOST_NESTED) {
            problems.add(path.getFirst() + ": leads through more than " + MOST_NESTED + " definitions");
            return Optional.empty();
        }
        path.add(name);
        Optional<Definition> definition = definition(name, text);
        path.removeLast();
        resolved.put(name, definition);
        return definition;
    }

    private Optional<Definition> definition(String name, String text) {
        if (text.isBlank()) {
            problems.add(name + ": no target follows =");
            return Optional.empty();
        }
        var skipped = new LinkedHashSet<RouteTarget>();
        var tiers = new ArrayList<Tier>();
        for (String tier : text.split(">", -1)) {
            tiers.addAll(tiers(name, tier, skipped));
        }
        if (tiers.isEmpty() && !skipped.isEmpty()) {
            // Keeps the name defined, so that no pattern or real model takes its place.
            warnings.add(name + ": no target is left, so nothing answers it");
            tiers.add(new Tier(List.copyOf(skipped)));
        }
        if (!tiers.isEmpty() && new Route(tiers).members().count() > MOST_TARGETS) {
            problems.add(name + ": leads to more than " + MOST_TARGETS + " targets");
            return Optional.empty();
        }
        return tiers.isEmpty() ? Optional.empty() : Optional.of(new Definition(new Route(tiers), List.copyOf(skipped)));
    }

    /// One tier, or none without targets. A route that stands alone brings its own tiers.
    private List<Tier> tiers(String name, String text, Collection<RouteTarget> skipped) {
        var members = new LinkedHashSet<Tier.Member>();
        for (String target : text.split("\\|", -1)) {
            members.addAll(members(name, target.strip(), skipped));
        }
        dropRepeated(name, members);
        if (members.size() == 1 && members.getFirst() instanceof Route only) {
            return only.tiers();
        }
        return members.isEmpty() ? List.of() : List.of(new Tier(List.copyOf(members)));
    }

    /// A target counts once if a tier names it as a provider's default model and by the name of that model.
    private void dropRepeated(String name, Set<Tier.Member> members) {
        var repeated = members.stream()
                .filter(member -> member instanceof RouteTarget target && isDefaultModelOf(members, target))
                .toList();
        repeated.forEach(
                target -> warnings.add(name + ": " + target + " counts once, being a default model beside it"));
        repeated.forEach(members::remove);
    }

    private boolean isDefaultModelOf(Collection<Tier.Member> members, RouteTarget target) {
        return target.model() != null
                && catalog.of(target.provider()).stream()
                        .findFirst()
                        .filter(target.model()::equals)
                        .isPresent()
                && (members.contains(new Tier.EveryProvider())
                        || members.contains(RouteTarget.ofDefaultModel(target.provider())));
    }

    private List<Tier.Member> members(String name, String target, Collection<RouteTarget> skipped) {
        String text = VirtualModels.isPattern(target) ? null : texts.get(target);
        if (text != null) {
            return resolve(target, text).map(found -> members(found, skipped)).orElse(List.of());
        }
        if (target.equals(VirtualModels.AUTO)) {
            return spliced(Route.AUTO);
        }
        RouteTarget real = looksLikeList(target) ? null : real(target);
        if (real == null) {
            problems.add(name + ": " + unknown(name, target));
            return List.of();
        }
        String reason = unusable.get(real.provider());
        if (reason != null) {
            warnings.add(name + ": " + target + " is skipped, because " + real.provider() + " " + reason);
            skipped.add(real);
            return List.of();
        }
        return List.of(real);
    }

    private static List<Tier.Member> members(Definition definition, Collection<RouteTarget> skipped) {
        if (definition.isUnanswered()) {
            skipped.addAll(definition.skipped());
            return List.of();
        }
        return spliced(definition.route());
    }

    /// The members of a route of one tier. A route of several tiers has one turn among the other members.
    private static List<Tier.Member> spliced(Route route) {
        return route.tiers().size() == 1 ? route.tiers().getFirst().members() : List.of(route);
    }

    private @Nullable RouteTarget real(String target) {
        if (ProviderId.isValid(target) && catalog.models().containsKey(new ProviderId(target))) {
            return RouteTarget.ofDefaultModel(new ProviderId(target));
        }
        return isTarget(target) ? catalog.find(new ModelId(target), null).orElse(null) : null;
    }

    private static boolean isTarget(String text) {
        return ModelId.isValid(text) && !VirtualModels.isPattern(text);
    }

    private static boolean looksLikeList(String target) {
        return target.matches(".*,.*[=/].*");
    }

    private String unknown(String name, String target) {
        if (target.isEmpty()) {
            return "a target is missing beside | or >";
        }
        if (target.contains(",")) {
            return "a comma separates nothing: write ; between definitions, and | or > between targets";
        }
        if (!isTarget(target)) {
            return "'" + target.substring(0, Math.min(target.length(), LONGEST_SHOWN))
                    + "' is no target, which has 1 to 200 printable ASCII characters without blanks, and no * at its end";
        }
        int slash = target.indexOf('/');
        if (slash == target.length() - 1) {
            return "no model follows the provider in " + target;
        }
        String provider = slash < 1 ? target : target.substring(0, slash);
        return target + " is neither a virtual model nor a known model, and " + provider + " is no provider"
                + (problems.size() < NearestNames.MOST_WITH_SUGGESTION ? suggestion(name, target, provider) : "");
    }

    private String suggestion(String name, String target, String provider) {
        var names = new ArrayList<>(texts.keySet());
        catalog.models().forEach((id, models) -> {
            names.add(id.value());
            models.forEach(model -> names.add(model.value()));
        });
        names.addAll(catalog.withProvider());
        names.remove(name);
        names.removeIf(VirtualModels::isPattern);
        String near = NearestNames.suggestion(target, names);
        return near.isEmpty() ? NearestNames.suggestion(provider, names) : near;
    }

    /// Warns if the name is also that of a real model or provider, unless the definition leads to it.
    private void warnIfHiding(String name, Definition definition) {
        RouteTarget hidden = name.equals(VirtualModels.AUTO) ? null : real(name);
        if (hidden == null
                || definition.targets().contains(hidden)
                || isDefaultModelOf(definition.route().members().toList(), hidden)) {
            return;
        }
        warnings.add(
                hidden.model() == null
                        ? name + ": is a provider's name, too; as a target, it means this definition"
                        : name + ": hides the model " + hidden.model() + " at " + hidden.provider());
    }
}
