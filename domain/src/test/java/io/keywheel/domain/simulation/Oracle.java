package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
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
final class Oracle {

    final ReferenceModel referenceModel;
    final TurnKeeper turns;
    private final Outlook outlook;

    Oracle(List<ProviderProfile> pool, Coverage coverage) {
        this.referenceModel = new ReferenceModel(pool, coverage);
        this.turns = new TurnKeeper(referenceModel);
        this.outlook = new Outlook(pool, referenceModel);
    }

    void judge(RequestTrace requestTrace, Step step, Instant now) {
        switch (step) {
            case Step.Attempt attempt -> judgeAttempt(requestTrace, attempt, now);
            case Step.Wait(var until) -> {
                judgeStandingStill(requestTrace, true, now);
                judgeMoment(requestTrace, until, now);
            }
            case Step.GiveUp(Exhaustion.AllKeysFailed(var _, var _, var unavailability)) ->
                judgeGivingUp(requestTrace, unavailability, now);
            case Step.GiveUp(Exhaustion.AllProvidersFailed(var _, var unavailability)) ->
                judgeGivingUp(requestTrace, unavailability, now);
            case Step.GiveUp(Exhaustion.DeadlinePassed _) -> {
                if (!isOutOfTime(requestTrace, now)) {
                    throw Promise.ENDS_WHEN_IT_MUST.brokenBy(requestTrace + " gives up before its deadline");
                }
            }
            case Step.GiveUp(Exhaustion.NoSuchModel _) -> judgeStandingStill(requestTrace, false, now);
            case Step.GiveUp(Exhaustion.Stopped _) -> judgeStop(requestTrace, now);
        }
    }

    private void judgeAttempt(RequestTrace requestTrace, Step.Attempt attempt, Instant now) {
        PoolKey key = attempt.target().key();
        if (requestTrace.hasAsked(key)) {
            throw Promise.ASKS_NO_KEY_TWICE.brokenBy(requestTrace + " asks " + key.slot() + " again");
        }
        if (isOutOfTime(requestTrace, now) || isFinal(requestTrace) || hasUsedItsAttempts(requestTrace)) {
            throw Promise.ENDS_WHEN_IT_MUST.brokenBy(requestTrace + " asks " + key.slot() + " although it has to end");
        }
        List<View> views = outlook.views(requestTrace, now);
        View chosen = views.stream()
                .filter(view -> view.key().slot().equals(key.slot())
                        && view.model().equals(attempt.target().model()))
                .findFirst()
                .orElseThrow(
                        () -> Promise.ASKS_WHAT_IS_READY_FIRST.brokenBy(key.slot() + " is not for " + requestTrace));
        switch (chosen.standing()) {
            case RESTING ->
                throw Promise.ASKS_NO_RESTING_KEY.brokenBy(
                        requestTrace + " asks " + key.slot() + ", which rests until " + chosen.coolsUntil());
            case ON_TRIAL ->
                throw Promise.SENDS_ONE_TRIAL_AT_A_TIME.brokenBy(
                        requestTrace + " asks " + key.slot() + " while another request is trying it");
            case CROWDED ->
                throw Promise.SENDS_NO_HERD.brokenBy(
                        requestTrace + " asks " + key.slot() + ", of which as many are pending as may be");
            case READY, LAST_RESORT, SUSPECTED -> {}
        }
        judgePreference(requestTrace, chosen, views);
        judgeTrials(requestTrace, attempt, chosen, now);
        if (requestTrace.asked.isEmpty()) {
            turns.judge(requestTrace, chosen, views, now);
        }
    }

    private static void judgePreference(RequestTrace requestTrace, View chosen, List<View> views) {
        for (View other : views) {
            if (other.standing().compareTo(chosen.standing()) < 0) {
                throw Promise.ASKS_WHAT_IS_READY_FIRST.brokenBy(
                        requestTrace + " asks " + chosen + " rather than " + other);
            }
            boolean longer = requestTrace.asked(other.key().provider())
                    < requestTrace.asked(chosen.key().provider());
            if (other.standing() == chosen.standing() && longer) {
                throw Promise.SHARES_FAIRLY.brokenBy(requestTrace + " asks " + chosen + " although the provider of "
                        + other + " has had fewer turns");
            }
        }
    }

    private void judgeTrials(RequestTrace requestTrace, Step.Attempt attempt, View chosen, Instant now) {
        var scopes = new ArrayList<>(referenceModel.narrow(chosen.key(), chosen.model()));
        scopes.addAll(ReferenceModel.wide(chosen.key().provider(), chosen.model()));
        Set<Scope> due = referenceModel.toBeTried(scopes, chosen.standing() == Standing.SUSPECTED, now);
        if (!due.equals(referenceModel.trials(attempt))) {
            throw Promise.SENDS_ONE_TRIAL_AT_A_TIME.brokenBy(
                    "%s asks %s as a trial of %s, not of %s".formatted(requestTrace, chosen, attempt.probes(), due));
        }
    }

    /// For one that neither asks nor has to end.
    private void judgeStandingStill(RequestTrace requestTrace, boolean waits, Instant now) {
        if (isOutOfTime(requestTrace, now) || isFinal(requestTrace)) {
            throw Promise.ENDS_WHEN_IT_MUST.brokenBy(requestTrace + " goes on although it has to end");
        }
        if (hasUsedItsAttempts(requestTrace)) {
            if (waits) {
                throw Promise.ENDS_WHEN_IT_MUST.brokenBy(requestTrace + " waits after its last attempt");
            }
            return;
        }
        List<View> views = outlook.views(requestTrace, now);
        views.stream().filter(View::mayBeAsked).findFirst().ifPresent(view -> {
            throw Promise.TRIES_EVERY_READY_KEY.brokenBy(
                    requestTrace + (waits ? " waits" : " gives up") + " although it could ask " + view);
        });
        boolean worth = views.stream().anyMatch(view -> isWorthWaitingFor(requestTrace, view));
        if (worth != waits) {
            throw Promise.WAITS_ONLY_FOR_WHAT_IS_WORTH_IT.brokenBy(
                    "%s %s, knowing %s".formatted(requestTrace, waits ? "waits" : "gives up", views));
        }
    }

    private static boolean isWorthWaitingFor(RequestTrace requestTrace, View view) {
        Instant rest = view.coolsUntil();
        return rest == null
                || !(rest.isAfter(requestTrace.requestAttempts.terms().waitUntil())
                        || rest.isAfter(requestTrace.deadline()));
    }

    private void judgeMoment(RequestTrace requestTrace, Instant until, Instant now) {
        Instant ready = requestTrace.deadline();
        boolean looksAgain = false;
        for (View view : outlook.views(requestTrace, now)) {
            Instant free = Objects.requireNonNull(ReferenceModel.later(view.coolsUntil(), view.triedUntil()));
            ready = free.isBefore(ready) ? free : ready;
            looksAgain |= until.equals(view.looksAgainAt());
        }
        // Where more than one thing keeps it waiting, it may look again when the first is over.
        if (!until.equals(ready) && !(looksAgain && until.isBefore(ready))) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(requestTrace + " waits until " + until + " and not " + ready);
        }
    }

    /// Whether `trip` waits at `now` for what becomes of others: it may be that too little is left for it.
    boolean isForAnOutcome(RequestTrace requestTrace, Instant now) {
        return outlook.views(requestTrace, now).stream()
                .anyMatch(view -> view.triedUntil() != null && isWorthWaitingFor(requestTrace, view));
    }

    /// Whether `trip` waits for others to be let in at `now`. It is told when that must be at the latest: their
    /// key may have room for it before.
    boolean isForACrowd(RequestTrace requestTrace, Instant now) {
        return outlook.views(requestTrace, now).stream().anyMatch(view -> view.standing() == Standing.CROWDED);
    }

    private void judgeGivingUp(RequestTrace requestTrace, Unavailability unavailability, Instant now) {
        judgeStandingStill(requestTrace, false, now);
        Instant readyAt = outlook.readyAt(requestTrace, now);
        if (!unavailability.readyAt().equals(readyAt)) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(
                    requestTrace + " is told to come back at " + unavailability.readyAt() + " and not at " + readyAt);
        }
    }

    private void judgeStop(RequestTrace requestTrace, Instant now) {
        if (isFinal(requestTrace)) {
            return;
        }
        boolean refusedByAll = !requestTrace.asked.isEmpty()
                && requestTrace.asked.stream()
                        .allMatch(asked -> requestTrace.isRefusedBy(asked.key().provider()));
        if (!refusedByAll) {
            throw Promise.TRIES_EVERY_READY_KEY.brokenBy(
                    requestTrace + " gives up after " + requestTrace.lastFailure());
        }
        judgeStandingStill(requestTrace, false, now);
    }

    /// Compares what a rotation believes of the keys of one model, for a call of `need`, with what is known.
    void judgeMemory(Route.NamedModel route, long need, Unavailability told, Instant now) {
        var believed = new HashMap<KeySlot, CoolingKey>();
        told.cooling().forEach(resting -> believed.put(resting.key().slot(), resting));
        for (PoolKey key : outlook.provider(route.provider()).keys()) {
            Instant until = outlook.restsUntil(key, route.model(), need, now);
            CoolingKey rests = believed.get(key.slot());
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

    private static boolean isOutOfTime(RequestTrace requestTrace, Instant now) {
        return requestTrace.lastFailure() instanceof Failure.OutOfTime || !now.isBefore(requestTrace.deadline());
    }

    private static boolean hasUsedItsAttempts(RequestTrace requestTrace) {
        int most = requestTrace.requestAttempts.terms().maxAttempts();
        return most > 0 && requestTrace.asked.size() >= most;
    }

    private static boolean isFinal(RequestTrace requestTrace) {
        Failure failure = requestTrace.lastFailure();
        if (failure == null) {
            return false;
        }
        return !requestTrace.request.fallback()
                || switch (failure.kind()) {
                    case REJECTED, INTERRUPTED, CANCELLED -> true;
                    case TOO_LARGE, UNSUPPORTED -> isBoundToOneProvider(requestTrace.request.route());
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
