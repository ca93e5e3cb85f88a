package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Learns from how attempts end.
final class Reports {

    private final Lanes lanes;
    private final Groups groups;
    private final Roster roster;
    private final Tallies tallies;
    private final Map<ProviderId, Burst> bursts = new HashMap<>();

    /// When the latest-begun attempt that was answered had begun.
    private final Map<ProviderId, Instant> lastAnswered = new HashMap<>();

    Reports(Lanes lanes, Groups groups, Roster roster, Tallies tallies) {
        this.lanes = lanes;
        this.groups = groups;
        this.roster = roster;
        this.tallies = tallies;
    }

    /// Knows from `before` when which provider was answered last.
    void follow(Reports before, Succession succession) {
        before.lastAnswered.forEach((provider, begun) -> {
            if (succession.keeps(provider)) {
                lastAnswered.put(provider, begun);
            }
        });
    }

    /// The key of `attempt` has left: how it went is no evidence about those who are here. Nobody has to wait
    /// for its trials any more, even where its group became a part of another one before it left.
    void left(Step.Attempt attempt) {
        ProviderId provider = attempt.target().provider();
        if (!attempt.trials().isEmpty() && lanes.has(provider)) {
            lanes.of(attempt).memory().rests().endTrials(provider, attempt.startedAt());
        }
    }

    List<Change> answering(Step.Attempt begun, Instant now) {
        Step.Attempt attempt = roster.current(begun);
        if (attempt == null) {
            left(begun);
            return List.of();
        }
        Lane lane = lanes.of(attempt);
        Permits permits = lane.permits(attempt.target().key().group());
        permits.answering(attempt, now);
        lane.heardOf(attempt.target().key().group());
        List<Change> changes = disprovedBy(attempt, lane, now);
        longWant(permits, attempt, now).ifPresent(changes::add);
        return changes;
    }

    List<Change> answered(Step.Attempt begun, Allowance allowance, Spent spent, Instant now) {
        Step.Attempt attempt = roster.current(begun);
        if (attempt == null) {
            left(begun);
            return List.of();
        }
        Lane lane = lanes.of(attempt);
        var key = attempt.target().key();
        tallies.answered(key.slot(), attempt.startedAt());
        List<Change> changes = disprovedBy(attempt, lane, now);
        Permits permits = lane.permits(key.group());
        permits.answered(attempt, allowance, spent, now);
        lane.heardOf(key.group());
        longWant(permits, attempt, now).ifPresent(changes::add);
        return changes;
    }

    private static Optional<Change> longWant(Permits permits, Step.Attempt attempt, Instant now) {
        var target = attempt.target();
        Scope scope = new Scope.OfGroupModel(target.key().group(), target.model());
        return permits.longWant(attempt.need(), now).map(until -> new Change.Rested(scope, until, null));
    }

    private List<Change> disprovedBy(Step.Attempt attempt, Lane lane, Instant now) {
        ProviderId provider = attempt.target().provider();
        lanes.answered(lane);
        var changes = new ArrayList<Change>();
        Map<Scope, Rest> disproved = lane.memory().answered(attempt.target().key(), attempt.startedAt());
        disproved.keySet().forEach(scope -> changes.add(new Change.Recovered(scope)));
        if (!disproved.isEmpty() && roster.mayHaveRegrouped()) {
            lanes.existing(provider).forEach(other -> other.unparkWhoseRestWasTakenBack(now));
        }
        lane.memory().endTrials(attempt.trials(), attempt.startedAt());
        lastAnswered.merge(provider, attempt.startedAt(), Moments::later);
        burst(provider).answered(attempt.startedAt());
        return changes;
    }

    List<Change> failed(Step.Attempt begun, Failure said, long spent, Instant now, double chance) {
        Step.Attempt told = roster.current(begun);
        if (told == null) {
            left(begun);
            return List.of();
        }
        Failure failure = said instanceof Failure.RateLimited limited ? limited.forRequestOf(begun.need()) : said;
        var changes = new ArrayList<Change>();
        if (failure instanceof Failure.RateLimited limited) {
            learnOrganisation(told, limited, now, changes);
        }
        // Its group may have been merged just now.
        Step.Attempt attempt = Objects.requireNonNull(roster.current(told));
        var target = attempt.target();
        Lane lane = lanes.of(attempt);
        tallies.failed(target.key().slot(), attempt.startedAt(), failure.kind());
        lane.memory().endTrials(attempt.trials(), attempt.startedAt());
        Permits permits = lane.permits(target.key().group());
        permits.failed(attempt, Spent.by(failure, spent), now);
        lane.heardOf(target.key().group());
        if (failure instanceof Failure.ModelUnavailable) {
            lanes.refused(lane);
        }
        if (failure instanceof Failure.RateLimited limited
                && !limited.isOfTheGroup()
                && lane.memory().isThrottled()) {
            lane.memory()
                    .throttled(limited, attempt, now, chance)
                    .map(rest -> new Change.Throttled(target.provider(), rest.until(), 0))
                    .ifPresent(changes::add);
            return changes;
        }
        if (cameFromTheProvider(failure) && lane.memory().reached(attempt.startedAt())) {
            changes.add(new Change.Recovered(new Scope.OfProvider(target.provider())));
        }
        if (failure instanceof Failure.RateLimited limited) {
            permits.limited(attempt, limited.allowance(), now);
        }
        Scope.of(failure, target).filter(scope -> !isDisproved(scope, attempt)).ifPresent(scope -> {
            Rest before = lane.memory().rests().of(scope);
            lane.memory()
                    .rests(scope, failure, attempt, now, chance)
                    .map(rest -> new Change.Rested(scope, rest.until(), attempt.failed(failure)))
                    .ifPresent(changes::add);
            if (scope instanceof Scope.OfKey || scope instanceof Scope.OfGroup) {
                lanes.existing(target.provider())
                        .forEach(other -> other.heardOf(target.key().group()));
            }
            lane.parkIfResting(target.key().slot(), now);
            if (failure instanceof Failure.RateLimited limited && !limited.isOfTheGroup()) {
                var given = new Burst.Given(
                        lane, scope, before, lane.memory().rests().of(scope));
                suspectTheHost(limited, attempt, given, now, chance).ifPresent(changes::add);
            }
        });
        return changes;
    }

    /// A limit that nothing shows to be the group's own may be one of this host.
    private Optional<Change> suspectTheHost(
            Failure.RateLimited limited, Step.Attempt attempt, Burst.Given given, Instant now, double chance) {
        var target = attempt.target();
        ProviderId provider = target.provider();
        if (isDisproved(new Scope.OfProvider(provider), attempt)) {
            return Optional.empty();
        }
        Burst burst = burst(provider);
        burst.limited(target.key().group(), given, attempt.startedAt(), now);
        if (!burst.isOfTheHost(groups.count(provider))) {
            return Optional.empty();
        }
        int taken = burst.takeBack(now);
        return given.lane()
                .memory()
                .throttled(limited, attempt, now, chance)
                .map(rest -> new Change.Throttled(provider, rest.until(), taken));
    }

    private Burst burst(ProviderId provider) {
        return bursts.computeIfAbsent(provider, _ -> new Burst());
    }

    private void learnOrganisation(
            Step.Attempt attempt, Failure.RateLimited limited, Instant now, List<Change> changes) {
        String organisation = limited.organisation();
        if (organisation == null) {
            return;
        }
        QuotaGroup group = groups.current(attempt.target().key().group());
        groups.isOf(group, organisation).ifPresent(merger -> {
            lanes.existing(group.provider()).forEach(lane -> lane.merge(merger.from(), merger.into(), now));
            bursts.remove(group.provider());
            changes.add(new Change.Merged(merger.into(), merger.first(), merger.keys()));
        });
    }

    /// Whether the provider has meanwhile answered an attempt that began later: then it was this one that
    /// failed.
    private boolean isDisproved(Scope scope, Step.Attempt attempt) {
        return scope instanceof Scope.OfProvider(var provider)
                && lastAnswered.getOrDefault(provider, Instant.MIN).isAfter(attempt.startedAt());
    }

    /// Whether only a provider that can be reached fails like this.
    private static boolean cameFromTheProvider(Failure failure) {
        return switch (failure) {
            case Failure.RateLimited _,
                    Failure.KeyRefused _,
                    Failure.AccountBlocked _,
                    Failure.ModelUnavailable _,
                    Failure.TooLarge _,
                    Failure.Unsupported _,
                    Failure.Rejected _ -> true;
            case Failure.Overloaded _,
                    Failure.Unavailable _,
                    Failure.TimedOut _,
                    Failure.EmptyReply _,
                    Failure.Unattributed _,
                    Failure.Interrupted _,
                    Failure.Cancelled _,
                    Failure.OutOfTime _ -> false;
        };
    }
}
