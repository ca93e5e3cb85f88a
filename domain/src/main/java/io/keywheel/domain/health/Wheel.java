package io.keywheel.domain.health;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.KeyChooser;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The turning of providers and keys, and what is known of each.
///
/// Mutable and not safe for threads: it is meant to be confined to one guarded holder. Time is an argument
/// and expected not to run backwards; a step back only lengthens rests. Choosing and reporting take time in
/// the order of log n for n keys, not counting those the request has tried and those that wait for a trial;
/// the view of the whole pool, and of why there is no key, takes time in the order of n.
public final class Wheel implements KeyChooser {

    private static final double NO_SPREAD = 0.5;

    private final Turns<ProviderId> turns;
    private final Lanes lanes;
    private final Tallies tallies = new Tallies();

    /// When the latest-begun attempt that was answered had begun.
    private final Map<ProviderId, Instant> lastAnswered = new HashMap<>();

    private final Survey survey;

    /// @param providers at least one, in rotation order
    public Wheel(List<ProviderProfile> providers) {
        Map<Scope, Rest> shared = new HashMap<>();
        this.turns = new Turns<>(providers.stream().map(ProviderProfile::id).toList());
        this.lanes = new Lanes(providers, shared);
        this.survey = new Survey(providers, lanes, tallies);
    }

    /// Whoever has nobody else to ask may see about a mere suspicion early.
    @Override
    public Choice choose(Journey journey, Instant now) {
        Choice choice = choose(journey, false, now);
        return choice instanceof Choice.NoneReady ? choose(journey, true, now) : choice;
    }

    private Choice choose(Journey journey, boolean early, Instant now) {
        return switch (journey.route()) {
            case Route.NamedModel(var provider, var model) ->
                lanes.of(provider, model).choose(journey, false, early, now);
            case Route.DefaultModels(var only) -> chooseAmong(candidates(journey, only), journey, early, now);
        };
    }

    /// The provider that has had the fewest attempts comes first, in turn among equals, so that each has its
    /// turn before any has a second one; one in trouble comes last.
    private List<ProviderId> candidates(Journey journey, @Nullable ProviderId only) {
        var queue = only == null ? turns.queue(journey.atStart()) : List.of(only);
        var candidates = new ArrayList<ProviderId>(queue);
        if (!journey.atStart()) {
            candidates.removeIf(journey::isRefusedBy);
            candidates.sort(Comparator.comparing(journey::isBruisedBy).thenComparingInt(journey::attemptsAt));
        }
        return candidates;
    }

    private Choice chooseAmong(List<ProviderId> candidates, Journey journey, boolean early, Instant now) {
        Instant readyAt = null;
        Instant trialEnds = null;
        for (ProviderId provider : candidates) {
            switch (lanes.ofDefaultModel(provider).choose(journey, true, early, now)) {
                case Choice.Chosen chosen -> {
                    turns.took(provider, journey.atStart());
                    return chosen;
                }
                case Choice.NoneReady none -> {
                    readyAt = Moments.earlier(readyAt, none.readyAt());
                    trialEnds = Moments.earlier(trialEnds, none.trialEnds());
                }
            }
        }
        return new Choice.NoneReady(readyAt, trialEnds);
    }

    /// Whether `attempt`, decided on for `journey`, may still be made: its key has not come to rest since.
    public boolean isOpen(Step.Attempt attempt, Journey journey) {
        var target = attempt.target();
        return laneOf(attempt)
                .memory()
                .isOpen(target.key(), attempt.trials(), attempt.startedAt(), journey.isBruisedBy(target.provider()));
    }

    /// Takes back an attempt that was decided on for `journey` and has not been made: as if it never had been.
    public void withdraw(Step.Attempt attempt, Journey journey) {
        var target = attempt.target();
        Lane lane = laneOf(attempt);
        lane.memory().endTrials(attempt.trials(), attempt.startedAt());
        lane.giveBackTurn(target.key(), journey.atStart());
        if (target.defaultModel()) {
            turns.gaveBack(target.provider(), journey.atStart());
        }
    }

    /// Reports that `attempt` is being answered: whatever spoke against its key is disproved.
    public List<Change> answering(Step.Attempt attempt) {
        Memory memory = laneOf(attempt).memory();
        var changes = new ArrayList<Change>();
        memory.answered(attempt.target().key(), attempt.startedAt())
                .forEach(scope -> changes.add(new Change.Recovered(scope)));
        memory.endTrials(attempt.trials(), attempt.startedAt());
        lastAnswered.merge(attempt.target().provider(), attempt.startedAt(), Moments::later);
        return changes;
    }

    /// Reports that `attempt` has been answered.
    ///
    /// @param allowance what the provider says is left; where that is nothing, or less than the same request would
    ///     need once more, the quota group rests for this model
    public List<Change> answered(Step.Attempt attempt, Allowance allowance, Instant now) {
        List<Change> changes = answering(attempt);
        var key = attempt.target().key();
        tallies.answered(key.slot(), attempt.startedAt());
        laneOf(attempt).allow(key.group(), allowance);
        allowance.shortFor(attempt.need()).ifPresent(time -> {
            Scope scope = new Scope.OfGroupModel(key.group(), attempt.target().model());
            var spent = new Failure.RateLimited("too little is left", time, allowance);
            laneOf(attempt)
                    .memory()
                    .rests(scope, spent, attempt, now, NO_SPREAD)
                    .map(rest -> new Change.Rested(scope, rest.until(), null))
                    .ifPresent(changes::add);
            laneOf(attempt).parkIfResting(key, now);
        });
        return changes;
    }

    /// Reports that `attempt` brought no answer. What the failure is evidence about is taken out of turn.
    ///
    /// @param chance in [0, 1), spreads the end of an outage's pause
    public List<Change> failed(Step.Attempt attempt, Failure failure, Instant now, double chance) {
        var target = attempt.target();
        Lane lane = laneOf(attempt);
        tallies.failed(target.key().slot(), attempt.startedAt(), failure.kind());
        lane.memory().endTrials(attempt.trials(), attempt.startedAt());
        var changes = new ArrayList<Change>();
        if (cameFromTheProvider(failure) && lane.memory().reached(attempt.startedAt())) {
            changes.add(new Change.Recovered(new Scope.OfProvider(target.provider())));
        }
        if (failure instanceof Failure.RateLimited limited) {
            lane.allow(target.key().group(), limited.allowance());
        }
        Scope.of(failure, target).filter(scope -> !isDisproved(scope, attempt)).ifPresent(scope -> {
            lane.memory()
                    .rests(scope, failure, attempt, now, chance)
                    .map(rest -> new Change.Rested(scope, rest.until(), attempt.failed(failure)))
                    .ifPresent(changes::add);
            lane.parkIfResting(target.key(), now);
        });
        return changes;
    }

    @Override
    public Shortage shortage(Route route, Instant now) {
        return survey.shortage(route, now);
    }

    /// The whole pool at `now`. Takes time in the order of keys times models.
    public PoolStatus status(Instant now) {
        return survey.status(now, turns.queue(true));
    }

    /// The pool at `now` as far as the default models go: [PoolStatus.KeyStatus#models] is empty.
    public PoolStatus overview(Instant now) {
        return survey.overview(now, turns.queue(true));
    }

    /// Whether the provider has meanwhile answered an attempt that began later: then it was this one that failed.
    private boolean isDisproved(Scope scope, Step.Attempt attempt) {
        return scope instanceof Scope.OfProvider(var provider)
                && lastAnswered.getOrDefault(provider, Instant.MIN).isAfter(attempt.startedAt());
    }

    private Lane laneOf(Step.Attempt attempt) {
        return lanes.of(attempt.target().provider(), attempt.target().model());
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
                    Failure.Interrupted _,
                    Failure.Cancelled _,
                    Failure.OutOfTime _ -> false;
        };
    }
}
