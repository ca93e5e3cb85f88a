package io.keywheel.domain.rotation;

import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import io.keywheel.domain.routing.Tier.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Rotates the members of each tier of a route.
final class RouteTurns {

    /// Bounds the tiers: each reload may bring others, and clients may narrow each tier to one provider.
    private static final int MOST_TIERS = 10_000;

    private final List<ProviderId> providers;
    private final ModelPools pools;
    private final Map<Tier, RoundRobin<Member, Member>> turns = new LruMap<>(MOST_TIERS);

    /// @param providers in rotation order
    RouteTurns(List<ProviderId> providers, ModelPools modelPools) {
        this.providers = List.copyOf(providers);
        this.pools = modelPools;
    }

    /// Continues the turns of `before` if the providers and their order are the same.
    void inherit(RouteTurns before) {
        if (providers.equals(before.providers)) {
            turns.putAll(before.turns);
        }
    }

    /// The targets that the request may still try, in order: tier after tier. In a tier, the target with the
    /// fewest attempts comes first, in turn among equals. Providers that this request found down or overloaded
    /// come last.
    ///
    /// @param preferred comes first in its tier; null for none
    List<RouteTarget> candidates(RequestAttempts attempts, @Nullable RouteTarget preferred) {
        var candidates = new ArrayList<RouteTarget>();
        add(attempts.route(), attempts, preferred, candidates);
        if (!attempts.atStart()) {
            candidates.sort(Comparator.comparing(
                    target -> attempts.sawOutageOfProvider(target.provider(), pools.model(target))));
        }
        return candidates;
    }

    private void add(
            Route route, RequestAttempts attempts, @Nullable RouteTarget preferred, List<RouteTarget> candidates) {
        List<Tier> tiers = route.tiers();
        for (Tier tier : attempts.terms().fallback() ? tiers : tiers.subList(0, 1)) {
            for (Member member : inTurn(tier, attempts, preferred)) {
                if (member instanceof Route nested) {
                    add(nested, attempts, preferred, candidates);
                } else if (member instanceof RouteTarget target
                        && pools.has(target.provider())
                        && !attempts.isRefusedBy(target.provider(), pools.model(target))) {
                    candidates.add(target);
                }
            }
        }
    }

    /// The members of a tier in the order in which the request tries them.
    private List<Member> inTurn(Tier tier, RequestAttempts attempts, @Nullable RouteTarget preferred) {
        List<Member> members = queue(tier, attempts.atStart());
        if (members.size() > 1 && !attempts.atStart()) {
            members = byAttempts(members, attempts);
        }
        if (members.size() > 1 && preferred != null) {
            members.sort(Comparator.comparing(member -> !beginsWith(member, preferred)));
        }
        return members;
    }

    private List<Member> byAttempts(List<Member> members, RequestAttempts attempts) {
        record Counted(Member member, int attempts) {}
        return members.stream()
                .map(member -> new Counted(
                        member,
                        targets(member)
                                .mapToInt(target -> attempts.attemptsAt(target.provider(), pools.model(target)))
                                .sum()))
                .sorted(Comparator.comparingInt(Counted::attempts))
                .map(Counted::member)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /// Whether `member` leads to `target`, for a nested route by its first tier.
    private boolean beginsWith(Member member, RouteTarget target) {
        return leadsTo(member instanceof Route nested ? nested.firstTier() : member, target);
    }

    private boolean leadsTo(Member member, RouteTarget target) {
        return targets(member).anyMatch(target::equals);
    }

    /// The targets that a member leads to at existing providers, including those of nested routes.
    private Stream<RouteTarget> targets(Member member) {
        return switch (member) {
            case RouteTarget target -> Stream.of(target).filter(one -> pools.has(one.provider()));
            case Tier.EveryProvider _ -> providers.stream().map(RouteTarget::ofDefaultModel);
            case Route nested -> nested.members().flatMap(this::targets);
        };
    }

    /// The targets that take turns with `target` on the route, itself included; empty if the route does not lead
    /// to it. If a tier names `target` directly and by a nested route, the direct one counts.
    List<RouteTarget> peers(Route route, RouteTarget target) {
        for (Tier tier : route.tiers()) {
            List<RouteTarget> direct = tier.members().stream()
                    .filter(member -> !(member instanceof Route))
                    .flatMap(this::targets)
                    .toList();
            if (direct.contains(target)) {
                return direct;
            }
            for (Member member : tier.members()) {
                if (member instanceof Route nested && leadsTo(nested, target)) {
                    return peers(nested, target);
                }
            }
        }
        return List.of();
    }

    /// Uses the turns of the members that lead to `target`, also in nested routes. If several members of a tier
    /// lead to it, the first one in turn that begins with it counts.
    void useTurns(RequestAttempts attempts, RouteTarget target) {
        useOrReturnTurns(attempts.route(), attempts, target, false);
    }

    /// Undoes [#useTurns] for an attempt that was withdrawn. If several members lead to `target`, the one that had
    /// its turn last counts.
    void returnTurns(RequestAttempts attempts, RouteTarget target) {
        useOrReturnTurns(attempts.route(), attempts, target, true);
    }

    private void useOrReturnTurns(Route route, RequestAttempts attempts, RouteTarget target, boolean back) {
        boolean first = attempts.atStart();
        for (Tier tier : route.tiers()) {
            for (Member member : back ? queue(tier, first).reversed() : inTurn(tier, attempts, target)) {
                if (leadsTo(member, target)) {
                    if (member instanceof Route nested) {
                        useOrReturnTurns(nested, attempts, target, back);
                    }
                    if (!isSingle(tier)) {
                        var turns = turns(tier).of(first);
                        if (back) {
                            turns.returnTurn(member);
                        } else {
                            turns.useTurn(member);
                        }
                    }
                    return;
                }
            }
        }
    }

    private List<Member> queue(Tier tier, boolean firstAttempt) {
        return isSingle(tier) ? tier.members() : turns(tier).of(firstAttempt).list();
    }

    /// Whether a tier has a single target, which needs no turns. No turns are kept for it, because clients can
    /// name any number of targets.
    private static boolean isSingle(Tier tier) {
        return tier.members().size() == 1 && tier.members().getFirst() instanceof RouteTarget;
    }

    /// The turns of a tier, in which each provider's default model is a member. Each member forms a group alone.
    private RoundRobin<Member, Member> turns(Tier tier) {
        return turns.computeIfAbsent(tier, _ -> {
            List<Member> members = tier.members().stream()
                    .flatMap(member -> member instanceof Tier.EveryProvider ? targets(member) : Stream.of(member))
                    .distinct()
                    .toList();
            return new RoundRobin<>(members, members::indexOf, member -> member);
        });
    }
}
