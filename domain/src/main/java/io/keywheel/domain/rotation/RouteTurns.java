package io.keywheel.domain.rotation;

import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import io.keywheel.domain.routing.Tier.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Whose turn it is on a route: the members of each tier take turns.
final class RouteTurns {

    /// Tiers come from the settings, of which a reload brings others, and a client may narrow each to one provider.
    private static final int MOST_TIERS = 10_000;

    private static final Tier AUTO = Route.AUTO.tiers().getFirst();

    private final RouteTargets targets;
    private final Function<RouteTarget, ModelId> models;
    private final Map<Tier, RoundRobin<Member>> turns = new HashMap<>();

    /// @param providers in rotation order
    /// @param models the model that a target stands for
    RouteTurns(List<ProviderId> providers, Function<RouteTarget, ModelId> models) {
        this.targets = new RouteTargets(providers);
        this.models = models;
    }

    /// The turns of other providers; they go on where the providers and their order are the same.
    RouteTurns of(List<ProviderId> others, Function<RouteTarget, ModelId> models) {
        var next = new RouteTurns(others, models);
        if (targets.equals(next.targets)) {
            next.turns.putAll(turns);
        }
        return next;
    }

    RouteTargets targets() {
        return targets;
    }

    /// The providers in the order of their turns on Path A.
    List<ProviderId> queue() {
        return turns(AUTO).queue(true).stream()
                .map(member -> ((RouteTarget) member).provider())
                .toList();
    }

    /// The targets that may still answer, in the order in which they are to be asked: tier after tier, and in a tier
    /// the one with the fewest attempts first, in turn among equals. A provider in trouble comes after all others.
    ///
    /// @param preferred comes first in its tier; null for none
    List<RouteTarget> candidates(RequestAttempts attempts, @Nullable RouteTarget preferred) {
        var candidates = new ArrayList<RouteTarget>();
        add(attempts.route(), attempts, preferred, candidates);
        if (!attempts.atStart()) {
            candidates.sort(
                    Comparator.comparing(target -> attempts.sawOutageOf(target.provider(), models.apply(target))));
        }
        return candidates;
    }

    private void add(
            Route route, RequestAttempts attempts, @Nullable RouteTarget preferred, List<RouteTarget> candidates) {
        List<Tier> tiers = route.tiers();
        for (Tier tier : attempts.terms().fallback() ? tiers : tiers.subList(0, 1)) {
            add(tier, attempts, preferred, candidates);
        }
    }

    private void add(
            Tier tier, RequestAttempts attempts, @Nullable RouteTarget preferred, List<RouteTarget> candidates) {
        for (Member member : inTurn(tier, attempts, preferred)) {
            if (member instanceof Route nested) {
                add(nested, attempts, preferred, candidates);
            } else {
                targets.of(member)
                        .filter(target -> !attempts.isRefusedBy(target.provider(), models.apply(target)))
                        .forEach(candidates::add);
            }
        }
    }

    /// The members of a tier in the order in which the request is to ask them.
    private List<Member> inTurn(Tier tier, RequestAttempts attempts, @Nullable RouteTarget preferred) {
        if (isSingle(tier)) {
            return tier.members();
        }
        List<Member> members = turns(tier).queue(attempts.atStart());
        if (!attempts.atStart()) {
            members.sort(Comparator.comparingInt(member -> targets.of(member)
                    .mapToInt(target -> attempts.attemptsAt(target.provider(), models.apply(target)))
                    .sum()));
        }
        if (preferred != null) {
            members.sort(Comparator.comparing(member -> !targets.beginsWith(member, preferred)));
        }
        return members;
    }

    /// The request asks `target`: the member that leads to it, and in it the next, had their turn.
    ///
    /// @param preferred as it was for [#candidates]
    void took(RequestAttempts attempts, RouteTarget target, @Nullable RouteTarget preferred) {
        move(
                attempts.route(),
                target,
                tier -> inTurn(tier, attempts, preferred),
                (turn, member) -> turn.took(member, attempts.atStart()));
    }

    /// The request did not ask `target` after all. Of members that share it, the one that had its turn last is meant.
    void gaveBack(RequestAttempts attempts, RouteTarget target) {
        move(
                attempts.route(),
                target,
                tier -> isSingle(tier)
                        ? tier.members()
                        : turns(tier).queue(attempts.atStart()).reversed(),
                (turn, member) -> turn.gaveBack(member, attempts.atStart()));
    }

    private void move(
            Route route,
            RouteTarget target,
            Function<Tier, List<Member>> order,
            BiConsumer<RoundRobin<Member>, Member> move) {
        for (Tier tier : route.tiers()) {
            for (Member member : order.apply(tier)) {
                if (targets.leadsTo(member, target)) {
                    if (member instanceof Route nested) {
                        move(nested, target, order, move);
                    }
                    if (!isSingle(tier)) {
                        move.accept(turns(tier), member);
                    }
                    return;
                }
            }
        }
    }

    /// Whether a tier has one target, which needs no turns: clients choose as many of these as they like.
    private static boolean isSingle(Tier tier) {
        return tier.members().size() == 1 && tier.members().getFirst() instanceof RouteTarget;
    }

    private RoundRobin<Member> turns(Tier tier) {
        RoundRobin<Member> known = turns.get(tier);
        if (known == null) {
            if (turns.size() >= MOST_TIERS) {
                turns.clear();
            }
            List<Member> members = targets.members(tier);
            known = new RoundRobin<>(members, members::indexOf, member -> member);
            turns.put(tier, known);
        }
        return known;
    }
}
