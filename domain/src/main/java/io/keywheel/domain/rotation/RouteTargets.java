package io.keywheel.domain.rotation;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import io.keywheel.domain.routing.Tier.Member;
import java.util.List;
import java.util.stream.Stream;

/// What the members of a route lead to, at the providers that there are.
///
/// @param providers in rotation order
record RouteTargets(List<ProviderId> providers) {

    RouteTargets {
        providers = List.copyOf(providers);
    }

    /// The members of a tier that take turns: each provider's default model is one.
    List<Member> members(Tier tier) {
        return tier.members().stream()
                .flatMap(member -> member instanceof Tier.EveryProvider ? of(member) : Stream.of(member))
                .distinct()
                .toList();
    }

    /// The targets of a member, with those of the routes in it.
    Stream<RouteTarget> of(Member member) {
        return switch (member) {
            case RouteTarget target -> Stream.of(target).filter(one -> providers.contains(one.provider()));
            case Tier.EveryProvider _ -> providers.stream().map(RouteTarget::ofDefaultModel);
            case Route nested -> nested.members().flatMap(this::of);
        };
    }

    boolean leadsTo(Member member, RouteTarget target) {
        return member.equals(target)
                || (!(member instanceof RouteTarget) && of(member).anyMatch(target::equals));
    }

    /// Whether `target` is in the first tier of what `member` stands for.
    boolean beginsWith(Member member, RouteTarget target) {
        return member instanceof Route nested
                ? nested.tiers().getFirst().members().stream().anyMatch(inner -> beginsWith(inner, target))
                : leadsTo(member, target);
    }

    /// The targets that take turns with `target` on the route, itself included.
    List<RouteTarget> besides(Route route, RouteTarget target) {
        for (Tier tier : route.tiers()) {
            for (Member member : tier.members()) {
                if (leadsTo(member, target)) {
                    return member instanceof Route nested
                            ? besides(nested, target)
                            : tier.members().stream()
                                    .filter(other -> !(other instanceof Route))
                                    .flatMap(this::of)
                                    .toList();
                }
            }
        }
        return List.of();
    }
}
