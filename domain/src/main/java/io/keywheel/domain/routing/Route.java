package io.keywheel.domain.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tiers of targets that may answer a request. A tier is tried if no key of the tiers before it can answer.
///
/// @param tiers at least one, the preferred one first
public record Route(List<Tier> tiers) implements Tier.Member {

    /// Path A: one tier with each provider's default model.
    public static final Route AUTO = of(List.of(new Tier.EveryProvider()));

    public Route {
        tiers = List.copyOf(tiers);
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("a route needs a tier");
        }
    }

    public static Route of(List<? extends Tier.Member> members) {
        return new Route(List.of(new Tier(List.copyOf(members))));
    }

    /// Path B: a single target.
    public static Route to(RouteTarget target) {
        return of(List.of(target));
    }

    public static Route to(ProviderId provider, ModelId model) {
        return to(new RouteTarget(provider, model));
    }

    /// The only target of the route; null if it has several, or may have.
    public @Nullable RouteTarget single() {
        return tiers.size() == 1
                        && tiers.getFirst().members().size() == 1
                        && tiers.getFirst().members().getFirst() instanceof RouteTarget target
                ? target
                : null;
    }

    /// Whether each target names a model, and none is the default model of a provider.
    public boolean isOfNamedModels() {
        return members().allMatch(member -> member instanceof RouteTarget target && target.model() != null);
    }

    /// The part of the route that a request without fallback may use: its first tier, and that of nested routes.
    public Route firstTier() {
        return of(tiers.getFirst().members().stream()
                .map(member -> member instanceof Route nested ? nested.firstTier() : member)
                .toList());
    }

    /// Whether all targets take turns: the route has one tier, and so has each nested one.
    public boolean hasOneTier() {
        return firstTier().equals(this);
    }

    /// The only provider that the route leads to; null if it leads to several, or may.
    public @Nullable ProviderId onlyProvider() {
        List<ProviderId> providers =
                targets().map(RouteTarget::provider).distinct().toList();
        return providers.size() == 1 && !members().anyMatch(Tier.EveryProvider.class::isInstance)
                ? providers.getFirst()
                : null;
    }

    /// The members of all tiers in order, with those of nested routes in their place.
    public Stream<Tier.Member> members() {
        return tiers.stream()
                .flatMap(tier -> tier.members().stream())
                .flatMap(member -> member instanceof Route nested ? nested.members() : Stream.of(member));
    }

    /// The members that name a provider.
    public Stream<RouteTarget> targets() {
        return members().filter(RouteTarget.class::isInstance).map(RouteTarget.class::cast);
    }

    public boolean leadsTo(Target target) {
        return members()
                .anyMatch(member -> member instanceof RouteTarget(var provider, var model)
                        ? provider.equals(target.provider())
                                && (model == null ? target.defaultModel() : model.equals(target.model()))
                        : target.defaultModel());
    }

    /// The part of the route that leads to `provider`.
    public Optional<Route> at(ProviderId provider) {
        var kept = new ArrayList<Tier>();
        for (Tier tier : tiers) {
            List<Tier.Member> members = tier.members().stream()
                    .<Tier.Member>flatMap(member -> at(provider, member).stream())
                    .toList();
            if (!members.isEmpty()) {
                kept.add(new Tier(members));
            }
        }
        return kept.isEmpty() ? Optional.empty() : Optional.of(new Route(kept));
    }

    private static Optional<? extends Tier.Member> at(ProviderId provider, Tier.Member member) {
        return switch (member) {
            case RouteTarget target ->
                Optional.of(target).filter(one -> one.provider().equals(provider));
            case Tier.EveryProvider _ -> Optional.of(RouteTarget.ofDefaultModel(provider));
            case Route nested -> nested.at(provider);
        };
    }

    @Override
    public String toString() {
        return tiers.stream().map(Tier::toString).collect(Collectors.joining(" > "));
    }
}
