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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whose turn it is on a route: the members of each tier take turns.
final class RouteTurns {

    /// Tiers come from the settings, of which a reload brings others, and a client may narrow each to one provider.
    private static final int MOST_TIERS = 10_000;

    private static final Tier AUTO = Route.AUTO.tiers().getFirst();

    private final List<ProviderId> providers;
    private final Function<RouteTarget, ModelId> models;
    private final Map<Tier, RoundRobin<Member>> turns = new HashMap<>();

    /// @param providers in rotation order
    /// @param models the model that a target stands for
    RouteTurns(List<ProviderId> providers, Function<RouteTarget, ModelId> models) {
        this.providers = List.copyOf(providers);
        this.models = models;
    }

    /// The turns of other providers; they go on where the providers and their order are the same.
    RouteTurns of(List<ProviderId> others, Function<RouteTarget, ModelId> models) {
        var next = new RouteTurns(others, models);
        if (providers.equals(next.providers)) {
            next.turns.putAll(turns);
        }
        return next;
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
        List<Tier> tiers = attempts.route().tiers();
        var candidates = new ArrayList<RouteTarget>();
        for (Tier tier : attempts.terms().fallback() ? tiers : tiers.subList(0, 1)) {
            add(tier, attempts, preferred, candidates);
        }
        if (!attempts.atStart()) {
            candidates.sort(
                    Comparator.comparing(target -> attempts.sawOutageOf(target.provider(), models.apply(target))));
        }
        return candidates;
    }

    private void add(
            Tier tier, RequestAttempts attempts, @Nullable RouteTarget preferred, List<RouteTarget> candidates) {
        RouteTarget single = single(tier);
        if (single != null) {
            add(single, attempts, candidates);
            return;
        }
        List<Member> members = turns(tier).queue(attempts.atStart());
        if (!attempts.atStart()) {
            members.sort(Comparator.comparingInt(member -> attemptsAt(member, attempts)));
        }
        if (preferred != null) {
            members.sort(Comparator.comparing(member -> !beginsWith(member, preferred)));
        }
        for (Member member : members) {
            switch (member) {
                case RouteTarget target -> add(target, attempts, candidates);
                case Route nested -> nested.tiers().forEach(inner -> add(inner, attempts, preferred, candidates));
                case Tier.EveryProvider every -> throw new IllegalStateException(every + " is not a target");
            }
        }
    }

    private void add(RouteTarget target, RequestAttempts attempts, List<RouteTarget> candidates) {
        if (providers.contains(target.provider()) && !attempts.isRefusedBy(target.provider(), models.apply(target))) {
            candidates.add(target);
        }
    }

    /// Whether `target` is in the first tier of what `member` stands for.
    private boolean beginsWith(Member member, RouteTarget target) {
        return member instanceof Route nested
                ? nested.tiers().getFirst().members().stream()
                        .flatMap(this::expanded)
                        .anyMatch(inner -> beginsWith(inner, target))
                : member.equals(target);
    }

    /// The targets that take turns with `target` on the route, itself included.
    List<RouteTarget> besides(Route route, RouteTarget target) {
        for (Tier tier : route.tiers()) {
            List<Member> members =
                    tier.members().stream().flatMap(this::expanded).toList();
            if (members.contains(target)) {
                return members.stream()
                        .flatMap(member -> member instanceof RouteTarget other ? Stream.of(other) : Stream.empty())
                        .filter(other -> providers.contains(other.provider()))
                        .toList();
            }
            for (Member member : members) {
                List<RouteTarget> within = member instanceof Route nested ? besides(nested, target) : List.of();
                if (!within.isEmpty()) {
                    return within;
                }
            }
        }
        return List.of();
    }

    private int attemptsAt(Member member, RequestAttempts attempts) {
        if (member instanceof Route nested) {
            int[] sum = {0};
            nested.forEach(inner -> expanded(inner).forEach(target -> sum[0] += attemptsAt(target, attempts)));
            return sum[0];
        }
        var target = (RouteTarget) member;
        return providers.contains(target.provider()) ? attempts.attemptsAt(target.provider(), models.apply(target)) : 0;
    }

    void took(Route route, RouteTarget target, boolean firstAttempt) {
        move(route, target, (turn, member) -> turn.took(member, firstAttempt));
    }

    void gaveBack(Route route, RouteTarget target, boolean firstAttempt) {
        move(route, target, (turn, member) -> turn.gaveBack(member, firstAttempt));
    }

    /// Moves the first member on the route that leads to `target`, and in it the next, down to the target.
    private boolean move(Route route, RouteTarget target, BiConsumer<RoundRobin<Member>, Member> move) {
        for (Tier tier : route.tiers()) {
            RouteTarget single = single(tier);
            if (single == null ? move(tier, target, move) : single.equals(target)) {
                return true;
            }
        }
        return false;
    }

    private boolean move(Tier tier, RouteTarget target, BiConsumer<RoundRobin<Member>, Member> move) {
        for (Member member : turns(tier).queue(true)) {
            if (member.equals(target) || (member instanceof Route nested && move(nested, target, move))) {
                move.accept(turns(tier), member);
                return true;
            }
        }
        return false;
    }

    /// The only target of a tier, which needs no turns: clients choose as many of these as they like. Null for
    /// others.
    private static @Nullable RouteTarget single(Tier tier) {
        return tier.members().size() == 1 && tier.members().getFirst() instanceof RouteTarget target ? target : null;
    }

    private RoundRobin<Member> turns(Tier tier) {
        RoundRobin<Member> known = turns.get(tier);
        if (known == null) {
            if (turns.size() >= MOST_TIERS) {
                turns.clear();
            }
            List<Member> members =
                    tier.members().stream().flatMap(this::expanded).distinct().toList();
            known = new RoundRobin<>(members, members::indexOf, member -> member);
            turns.put(tier, known);
        }
        return known;
    }

    private Stream<Member> expanded(Member member) {
        return member instanceof Tier.EveryProvider
                ? providers.stream().map(RouteTarget::ofDefaultModel)
                : Stream.of(member);
    }
}
