package io.keywheel.domain.health;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.KeyChooser;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The turning of providers and keys, and what is known of each.
///
/// Mutable and not safe for threads: it is meant to be confined to one guarded holder. Time is an argument and
/// expected not to run backwards; a step back only lengthens rests. Choosing and reporting take time in the
/// order of log n for n keys, not counting those the request has tried, those on trial for more than a limit,
/// and, once groups have been merged or changed, those that rest when an answer ends a rest; the view of the
/// whole pool, and of why there is no key, takes time in the order of n, as does a report on the trial of a
/// key that has left.
public final class Wheel implements KeyChooser {

    private final Turns<ProviderId> turns;
    private final Lanes lanes;
    private final Groups groups;
    private final Roster roster;
    private final Tallies tallies;
    private final Reports reports;
    private final Survey survey;

    /// @param providers at least one, in rotation order
    public Wheel(List<ProviderProfile> providers) {
        this.groups = new Groups(providers);
        this.roster = new Roster(providers, groups);
        this.tallies = new Tallies();
        this.turns = new Turns<>(providers.stream().map(ProviderProfile::id).toList());
        this.lanes = new Lanes(providers, groups);
        this.reports = new Reports(lanes, groups, roster, tallies);
        this.survey = new Survey(providers, lanes, groups, tallies);
    }

    private Wheel(Wheel before, List<ProviderProfile> providers, Set<ProviderId> renewed, Instant now) {
        Predicate<ProviderId> kept = provider -> before.lanes.has(provider) && !renewed.contains(provider);
        this.groups = before.groups.of(providers, kept);
        this.roster = before.roster.after(providers, groups, renewed);
        var succession = new Succession(before.roster, before.groups, providers, groups, kept, now);
        this.tallies = before.tallies.after(succession);
        List<ProviderId> order = providers.stream().map(ProviderProfile::id).toList();
        this.turns = before.survey.order().equals(order) ? before.turns : new Turns<>(order);
        this.lanes = new Lanes(providers, groups, before.lanes, succession);
        this.reports = new Reports(lanes, groups, roster, tallies);
        reports.follow(before.reports, succession);
        this.survey = new Survey(providers, lanes, groups, tallies);
    }

    /// The wheel that takes the place of this one, which is not to be used any more: what is known of keys that
    /// are in both, told by provider and fingerprint, stays known. Keys that were retired get another chance.
    /// Providers in another order take turns in it from the first on.
    ///
    /// Attempts decided on by this wheel are reported to the next one. The report on a key that has left counts
    /// for nothing.
    ///
    /// @param providers at least one, in rotation order
    /// @param renewed those that are others under a name that was there: their keys have all left, or joined
    public Wheel next(List<ProviderProfile> providers, Set<ProviderId> renewed, Instant now) {
        return new Wheel(this, providers, renewed, now);
    }

    @Override
    public int generation() {
        return roster.generation();
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
                lanes.has(provider)
                        ? lanes.of(provider, model).choose(journey, false, early, now)
                        : new Choice.NoneReady(null, null);
            case Route.DefaultModels(var only) -> chooseAmong(candidates(journey, only), journey, early, now);
        };
    }

    /// The provider that has had the fewest attempts comes first, in turn among equals, so that each has its
    /// turn before any has a second one; one in trouble comes last.
    private List<ProviderId> candidates(Journey journey, @Nullable ProviderId only) {
        var candidates = new ArrayList<ProviderId>(
                only == null ? turns.queue(journey.atStart()) : lanes.has(only) ? List.of(only) : List.of());
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

    /// Whether an attempt, `decided` on for `journey`, may still be made: its key has not come to rest since.
    public boolean isOpen(Step.Attempt decided, Journey journey) {
        Step.Attempt attempt = roster.current(decided);
        if (attempt == null) {
            return false;
        }
        var target = attempt.target();
        return lanes.of(attempt)
                .memory()
                .isOpen(target.key(), attempt.trials(), attempt.startedAt(), journey.isBruisedBy(target.provider()));
    }

    /// An attempt, `decided` on a while ago and still open, as it is made at `now`.
    public Step.Attempt begin(Step.Attempt decided, Instant now) {
        Step.Attempt attempt = Objects.requireNonNull(roster.current(decided));
        Lane lane = lanes.of(attempt);
        lane.memory().beginLater(attempt.trials(), attempt.startedAt(), now);
        lane.permits(attempt.target().key().group()).beginLater(attempt, now);
        lane.heardOf(attempt.target().key().group());
        return attempt.begunAt(now);
    }

    /// Takes back an attempt that was `decided` on for `journey` and has not been made: as if it never had
    /// been.
    public void withdraw(Step.Attempt decided, Journey journey, Instant now) {
        Step.Attempt attempt = roster.current(decided);
        if (attempt == null) {
            reports.left(decided);
            return;
        }
        var target = attempt.target();
        Lane lane = lanes.of(attempt);
        lane.memory().endTrials(attempt.trials(), attempt.startedAt());
        lane.permits(target.key().group()).withdrawn(attempt, now);
        lane.heardOf(target.key().group());
        lane.giveBackTurn(target.key().slot(), journey.atStart());
        if (target.defaultModel()) {
            turns.gaveBack(target.provider(), journey.atStart());
        }
    }

    /// Reports that `attempt` is being answered: whatever spoke against its key is disproved.
    public List<Change> answering(Step.Attempt attempt, Instant now) {
        return reports.answering(attempt, now);
    }

    /// As below, the attempt having spent all that it may.
    public List<Change> answered(Step.Attempt attempt, Allowance allowance, Instant now) {
        return answered(attempt, allowance, attempt.need(), now);
    }

    /// Reports that `attempt` has been answered.
    ///
    /// @param allowance what the provider says is left: a request that needs more is kept from the quota group
    /// @param spent in tokens, as far as is known: what has been taken for it and was not spent comes back
    public List<Change> answered(Step.Attempt attempt, Allowance allowance, long spent, Instant now) {
        return reports.answered(attempt, allowance, new Spent(1, Allowance.bounded(spent)), now);
    }

    /// As below, no token having been spent, as far as is known.
    public List<Change> failed(Step.Attempt attempt, Failure failure, Instant now, double chance) {
        return failed(attempt, failure, 0, now, chance);
    }

    /// Reports that `attempt` brought no answer. What the failure is evidence about is taken out of turn.
    ///
    /// @param spent in tokens, as far as is known; of one that the provider refused, nothing is
    /// @param chance in [0, 1), spreads the end of an outage's pause
    public List<Change> failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
        return reports.failed(attempt, failure, Allowance.bounded(spent), now, chance);
    }

    @Override
    public Shortage shortage(Journey journey, Instant now) {
        return survey.shortage(journey, now);
    }

    /// The whole pool at `now`. Takes time in the order of keys times models.
    public PoolStatus status(Instant now) {
        return survey.status(now, turns.queue(true));
    }

    /// The pool at `now` as far as the default models go: [PoolStatus.KeyStatus#known] and
    /// [PoolStatus.KeyStatus#models] are empty.
    public PoolStatus overview(Instant now) {
        return survey.overview(now, turns.queue(true));
    }
}
