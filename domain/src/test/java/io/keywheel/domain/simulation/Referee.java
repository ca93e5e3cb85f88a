package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Shortage.RestingKey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.simulation.Outlook.Standing;
import io.keywheel.domain.simulation.Outlook.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Knows from docs/rotation.md what may be done next for a request, looking at every key every time.
final class Referee {

    final Known known;
    final TurnKeeper turns;
    private final Outlook outlook;

    Referee(List<ProviderProfile> pool, Coverage coverage) {
        this.known = new Known(pool, coverage);
        this.turns = new TurnKeeper(known);
        this.outlook = new Outlook(pool, known);
    }

    void judge(Trip trip, Step step, Instant now) {
        switch (step) {
            case Step.Attempt attempt -> judgeAttempt(trip, attempt, now);
            case Step.Wait(var until) -> {
                judgeStandingStill(trip, true, now);
                judgeMoment(trip, until, now);
            }
            case Step.GiveUp(Exhaustion.AllKeysFailed(var _, var _, var shortage)) ->
                judgeGivingUp(trip, shortage, now);
            case Step.GiveUp(Exhaustion.AllProvidersFailed(var _, var shortage)) -> judgeGivingUp(trip, shortage, now);
            case Step.GiveUp(Exhaustion.DeadlinePassed _) -> {
                if (!isOutOfTime(trip, now)) {
                    throw Promise.ENDS_WHEN_IT_MUST.brokenBy(trip + " gives up before its deadline");
                }
            }
            case Step.GiveUp(Exhaustion.NoSuchModel _) -> judgeStandingStill(trip, false, now);
            case Step.GiveUp(Exhaustion.Stopped _) -> judgeStop(trip, now);
        }
    }

    private void judgeAttempt(Trip trip, Step.Attempt attempt, Instant now) {
        PoolKey key = attempt.target().key();
        if (trip.hasAsked(key)) {
            throw Promise.ASKS_NO_KEY_TWICE.brokenBy(trip + " asks " + key.slot() + " again");
        }
        if (isOutOfTime(trip, now) || isFinal(trip) || hasUsedItsAttempts(trip)) {
            throw Promise.ENDS_WHEN_IT_MUST.brokenBy(trip + " asks " + key.slot() + " although it has to end");
        }
        List<View> views = outlook.views(trip, now);
        View chosen = views.stream()
                .filter(view -> view.key().slot().equals(key.slot())
                        && view.model().equals(attempt.target().model()))
                .findFirst()
                .orElseThrow(() -> Promise.ASKS_WHAT_IS_READY_FIRST.brokenBy(key.slot() + " is not for " + trip));
        switch (chosen.standing()) {
            case RESTING ->
                throw Promise.ASKS_NO_RESTING_KEY.brokenBy(
                        trip + " asks " + key.slot() + ", which rests until " + chosen.coolsUntil());
            case ON_TRIAL ->
                throw Promise.SENDS_ONE_TRIAL_AT_A_TIME.brokenBy(
                        trip + " asks " + key.slot() + " while another request is trying it");
            case CROWDED ->
                throw Promise.SENDS_NO_HERD.brokenBy(
                        trip + " asks " + key.slot() + ", of which as many are pending as may be");
            case READY, LAST_RESORT, SUSPECTED -> {}
        }
        judgePreference(trip, chosen, views);
        judgeTrials(trip, attempt, chosen, now);
        if (trip.asked.isEmpty()) {
            turns.judge(trip, chosen, views, now);
        }
    }

    private static void judgePreference(Trip trip, View chosen, List<View> views) {
        for (View other : views) {
            if (other.standing().compareTo(chosen.standing()) < 0) {
                throw Promise.ASKS_WHAT_IS_READY_FIRST.brokenBy(trip + " asks " + chosen + " rather than " + other);
            }
            boolean longer =
                    trip.asked(other.key().provider()) < trip.asked(chosen.key().provider());
            if (other.standing() == chosen.standing() && longer) {
                throw Promise.SHARES_FAIRLY.brokenBy(
                        trip + " asks " + chosen + " although the provider of " + other + " has had fewer turns");
            }
        }
    }

    private void judgeTrials(Trip trip, Step.Attempt attempt, View chosen, Instant now) {
        var scopes = new ArrayList<>(known.narrow(chosen.key(), chosen.model()));
        scopes.addAll(Known.wide(chosen.key().provider(), chosen.model()));
        Set<Scope> due = known.toBeTried(scopes, chosen.standing() == Standing.SUSPECTED, now);
        if (!due.equals(known.trials(attempt))) {
            throw Promise.SENDS_ONE_TRIAL_AT_A_TIME.brokenBy(
                    "%s asks %s as a trial of %s, not of %s".formatted(trip, chosen, attempt.trials(), due));
        }
    }

    /// For one that neither asks nor has to end.
    private void judgeStandingStill(Trip trip, boolean waits, Instant now) {
        if (isOutOfTime(trip, now) || isFinal(trip)) {
            throw Promise.ENDS_WHEN_IT_MUST.brokenBy(trip + " goes on although it has to end");
        }
        if (hasUsedItsAttempts(trip)) {
            if (waits) {
                throw Promise.ENDS_WHEN_IT_MUST.brokenBy(trip + " waits after its last attempt");
            }
            return;
        }
        List<View> views = outlook.views(trip, now);
        views.stream().filter(View::mayBeAsked).findFirst().ifPresent(view -> {
            throw Promise.TRIES_EVERY_READY_KEY.brokenBy(
                    trip + (waits ? " waits" : " gives up") + " although it could ask " + view);
        });
        boolean worth = views.stream().anyMatch(view -> isWorthWaitingFor(trip, view));
        if (worth != waits) {
            throw Promise.WAITS_ONLY_FOR_WHAT_IS_WORTH_IT.brokenBy(
                    "%s %s, knowing %s".formatted(trip, waits ? "waits" : "gives up", views));
        }
    }

    private static boolean isWorthWaitingFor(Trip trip, View view) {
        Instant rest = view.coolsUntil();
        return rest == null || !(rest.isAfter(trip.journey.terms().waitUntil()) || rest.isAfter(trip.deadline()));
    }

    private void judgeMoment(Trip trip, Instant until, Instant now) {
        Instant ready = trip.deadline();
        boolean looksAgain = false;
        for (View view : outlook.views(trip, now)) {
            Instant free = Objects.requireNonNull(Known.later(view.coolsUntil(), view.triedUntil()));
            ready = free.isBefore(ready) ? free : ready;
            looksAgain |= until.equals(view.looksAgainAt());
        }
        // Where more than one thing keeps it waiting, it may look again when the first is over.
        if (!until.equals(ready) && !(looksAgain && until.isBefore(ready))) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(trip + " waits until " + until + " and not " + ready);
        }
    }

    /// Whether `trip` waits at `now` for what becomes of others: it may be that too little is left for it.
    boolean isForAnOutcome(Trip trip, Instant now) {
        return outlook.views(trip, now).stream()
                .anyMatch(view -> view.triedUntil() != null && isWorthWaitingFor(trip, view));
    }

    /// Whether `trip` waits for others to be let in at `now`. It is told when that must be at the latest: their
    /// key may have room for it before.
    boolean isForACrowd(Trip trip, Instant now) {
        return outlook.views(trip, now).stream().anyMatch(view -> view.standing() == Standing.CROWDED);
    }

    private void judgeGivingUp(Trip trip, Shortage shortage, Instant now) {
        judgeStandingStill(trip, false, now);
        Instant readyAt = outlook.readyAt(trip, now);
        if (!shortage.readyAt().equals(readyAt)) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(
                    trip + " is told to come back at " + shortage.readyAt() + " and not at " + readyAt);
        }
    }

    private void judgeStop(Trip trip, Instant now) {
        if (isFinal(trip)) {
            return;
        }
        boolean refusedByAll = !trip.asked.isEmpty()
                && trip.asked.stream()
                        .allMatch(asked -> trip.isRefusedBy(asked.key().provider()));
        if (!refusedByAll) {
            throw Promise.TRIES_EVERY_READY_KEY.brokenBy(trip + " gives up after " + trip.lastFailure());
        }
        judgeStandingStill(trip, false, now);
    }

    /// Compares what a rotation believes of the keys of one model, for a call of `need`, with what is known.
    void judgeMemory(Route.NamedModel route, long need, Shortage told, Instant now) {
        var believed = new HashMap<KeySlot, RestingKey>();
        told.resting().forEach(resting -> believed.put(resting.key().slot(), resting));
        for (PoolKey key : outlook.provider(route.provider()).keys()) {
            Instant until = outlook.restsUntil(key, route.model(), need, now);
            RestingKey rests = believed.get(key.slot());
            Instant belief = rests == null ? null : rests.until();
            if (until != null && (belief == null || belief.isBefore(until))) {
                throw Promise.REMEMBERS.brokenBy(key.slot() + " rests until " + until + ", not " + belief);
            }
            if (rests != null && (until == null || rests.until().isAfter(until))) {
                Promise broken =
                        rests.foreseen() ? Promise.GIVES_BACK_WHAT_IS_NOT_SPENT : Promise.FORGETS_WHAT_IS_DISPROVED;
                throw broken.brokenBy(key.slot() + " rests until " + until + ", not " + belief);
            }
        }
    }

    private static boolean isOutOfTime(Trip trip, Instant now) {
        return trip.lastFailure() instanceof Failure.OutOfTime || !now.isBefore(trip.deadline());
    }

    private static boolean hasUsedItsAttempts(Trip trip) {
        int most = trip.journey.terms().maxAttempts();
        return most > 0 && trip.asked.size() >= most;
    }

    private static boolean isFinal(Trip trip) {
        Failure failure = trip.lastFailure();
        if (failure == null) {
            return false;
        }
        return !trip.request.fallback()
                || switch (failure.kind()) {
                    case REJECTED, INTERRUPTED, CANCELLED -> true;
                    case TOO_LARGE, UNSUPPORTED -> isBoundToOneProvider(trip.request.route());
                    case RATE_LIMITED,
                            OVERLOADED,
                            KEY_REFUSED,
                            ACCOUNT_BLOCKED,
                            MODEL_UNAVAILABLE,
                            UNAVAILABLE,
                            TIMED_OUT,
                            EMPTY_REPLY,
                            OUT_OF_TIME -> false;
                };
    }

    private static boolean isBoundToOneProvider(Route route) {
        return switch (route) {
            case Route.NamedModel _ -> true;
            case Route.DefaultModels(var only) -> only != null;
        };
    }
}
