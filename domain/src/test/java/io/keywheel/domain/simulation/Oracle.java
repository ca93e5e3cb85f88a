package io.keywheel.domain.simulation;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks each step against docs/rotation.md by evaluating every key every time.
final class Oracle {

    /// State of a key for one request, best first.
    enum Standing {
        READY,
        /// The request saw an outage of the provider.
        LAST_RESORT,
        /// The outage of the provider is unconfirmed.
        UNCONFIRMED,
        PROBED,
        /// Admission control admits no further call.
        FULL,
        COOLING
    }

    /// @param coolsUntil null without a cooldown that blocks the request
    /// @param probedUntil null without a probe or calls in flight that block the request
    /// @param looksAgainAt when the first of several blocks ends
    /// @param pausedUntil end of the provider's cooldown
    /// @param tier index of the tier, from 0
    /// @param again whether the key has rate limited the request before
    record View(
            PoolKey key,
            ModelId model,
            int tier,
            boolean again,
            Standing standing,
            @Nullable Instant coolsUntil,
            @Nullable Instant probedUntil,
            @Nullable Instant looksAgainAt,
            @Nullable Instant pausedUntil) {

        private static final Comparator<View> BEST_FIRST =
                Comparator.comparing(View::again).thenComparing(View::standing).thenComparingInt(View::tier);

        /// Whether the key precedes `other`, even if `other` is next in turn.
        boolean isBetterThan(View other) {
            return BEST_FIRST.compare(this, other) < 0;
        }

        boolean mayBeAsked() {
            return standing.compareTo(Standing.PROBED) < 0;
        }

        @Override
        public String toString() {
            return key.slot() + " (" + standing + ")";
        }
    }

    final ReferenceModel referenceModel;
    final Conversations conversations;
    private final List<ProviderProfile> pool;
    private final Map<ProviderId, ProviderProfile> providers = new HashMap<>();
    private final FairShares shares = new FairShares();

    Oracle(List<ProviderProfile> pool) {
        this.pool = pool;
        pool.forEach(profile -> providers.put(profile.id(), profile));
        this.referenceModel = new ReferenceModel(pool);
        this.conversations = new Conversations(referenceModel);
    }

    void judge(SimulatedRequest simulated, Step step, Instant now) {
        switch (step) {
            case Step.Attempt attempt -> judgeAttempt(simulated, attempt, now);
            case Step.Wait(var until) -> {
                List<View> views = views(simulated, now);
                judgeNotAsking(simulated, true, views, now);
                judgeWait(simulated, until, views);
            }
            case Step.GiveUp(Exhaustion.AllFailed(var _, var unavailability, var _)) ->
                judgeGivingUp(simulated, unavailability, now);
            case Step.GiveUp(Exhaustion.DeadlinePassed _) -> {
                if (!isOutOfTime(simulated, now)) {
                    throw Invariant.ENDS_ON_TIME.violatedBy(simulated + " gives up before its deadline");
                }
            }
            case Step.GiveUp(Exhaustion.NoSuchModel _) -> judgeNotAsking(simulated, false, views(simulated, now), now);
            case Step.GiveUp(Exhaustion.Stopped _) -> judgeStop(simulated, now);
            case Step.GiveUp(Exhaustion.Closed _) -> throw new IllegalStateException("nothing closes this queue");
        }
    }

    private void judgeAttempt(SimulatedRequest simulated, Step.Attempt attempt, Instant now) {
        PoolKey key = attempt.target().key();
        String what = simulated + " asks " + key.slot();
        ModelId model = attempt.target().model();
        if (simulated.hasAsked(key, model) && !simulated.mayRetryLimitedKeys(key, model)) {
            throw Invariant.ASKS_NO_KEY_TWICE.violatedBy(what + " again");
        }
        if (isOutOfTime(simulated, now) || isFinal(simulated) || hasUsedItsAttempts(simulated)) {
            throw Invariant.ENDS_ON_TIME.violatedBy(what + " although it has to end");
        }
        List<View> views = views(simulated, now);
        View chosen = views.stream()
                .filter(view ->
                        view.key().slot().equals(key.slot()) && view.model().equals(model))
                .findFirst()
                .orElseThrow(() -> Invariant.PREFERS_READY_KEYS.violatedBy(what + ", which is not for it"));
        switch (chosen.standing()) {
            case COOLING ->
                throw Invariant.ASKS_NO_COOLING_KEY.violatedBy(what + ", which cools until " + chosen.coolsUntil());
            case PROBED ->
                throw Invariant.SENDS_ONE_PROBE_AT_A_TIME.violatedBy(what + ", which another request probes");
            case FULL ->
                throw Invariant.LIMITS_IN_FLIGHT_CALLS.violatedBy(what + ", which has as many calls as may be");
            case READY, LAST_RESORT, UNCONFIRMED -> {}
        }
        judgePreference(simulated, chosen, views);
        judgeProbes(simulated, attempt, chosen, now);
        if (simulated.attempts.atStart()) {
            if (simulated.request.conversation() == 0) {
                shares.judge(simulated, chosen, views, referenceModel.changes());
            } else {
                conversations.judge(simulated, chosen, views, now);
            }
        }
    }

    private static void judgePreference(SimulatedRequest simulated, View chosen, List<View> views) {
        for (View other : views) {
            if (other.mayBeAsked() && other.isBetterThan(chosen)) {
                throw Invariant.PREFERS_READY_KEYS.violatedBy(simulated + " asks " + chosen + " rather than " + other);
            }
            boolean fewer = simulated.attempts.attemptsAt(other.key().provider(), other.model())
                    < simulated.attempts.attemptsAt(chosen.key().provider(), chosen.model());
            if (!chosen.isBetterThan(other) && other.mayBeAsked() && fewer) {
                throw Invariant.SHARES_FAIRLY.violatedBy(
                        simulated + " asks " + chosen + " although the provider of " + other + " has had fewer turns");
            }
        }
    }

    private void judgeProbes(SimulatedRequest simulated, Step.Attempt attempt, View chosen, Instant now) {
        boolean early = chosen.standing() == Standing.UNCONFIRMED;
        Set<Scope> due = referenceModel.toBeProbed(chosen.key(), chosen.model(), early, now);
        if (!due.equals(referenceModel.probes(attempt))) {
            throw Invariant.SENDS_ONE_PROBE_AT_A_TIME.violatedBy(
                    "%s asks %s as a probe of %s, not of %s".formatted(simulated, chosen, attempt.probes(), due));
        }
    }

    /// Checks a step that is neither an attempt nor a required end.
    private static void judgeNotAsking(SimulatedRequest simulated, boolean waits, List<View> views, Instant now) {
        String what = simulated + (waits ? " waits" : " gives up");
        if (isOutOfTime(simulated, now) || isFinal(simulated) || (waits && hasUsedItsAttempts(simulated))) {
            throw Invariant.ENDS_ON_TIME.violatedBy(what + " although it has to end");
        }
        if (hasUsedItsAttempts(simulated)) {
            return;
        }
        views.stream().filter(View::mayBeAsked).findFirst().ifPresent(view -> {
            throw Invariant.TRIES_EVERY_READY_KEY.violatedBy(what + " although it could ask " + view);
        });
        if (views.stream().anyMatch(view -> isWorthWaitingFor(simulated, view)) != waits) {
            throw Invariant.WAITS_ONLY_WHERE_IT_CAN_HELP.violatedBy(what + ", knowing " + views);
        }
    }

    private static boolean isWorthWaitingFor(SimulatedRequest simulated, View view) {
        Instant until = view.coolsUntil();
        return until == null
                || !(until.isAfter(simulated.attempts.terms().waitUntil()) || until.isAfter(simulated.deadline()));
    }

    private static void judgeWait(SimulatedRequest simulated, Instant until, List<View> views) {
        Instant ready = simulated.deadline();
        boolean looksAgain = false;
        for (View view : views) {
            Instant free = Objects.requireNonNull(ReferenceModel.later(view.coolsUntil(), view.probedUntil()));
            ready = free.isBefore(ready) ? free : ready;
            looksAgain |= until.equals(view.looksAgainAt())
                    || (until.equals(view.pausedUntil()) && simulated.attempts.mayRetryLimitedKeys());
        }
        // With several blocks, the request may be rechecked at the end of the first.
        if (!until.equals(ready) && !(looksAgain && until.isBefore(ready))) {
            throw Invariant.NAMES_THE_EXACT_TIME.violatedBy(simulated + " waits until " + until + " and not " + ready);
        }
    }

    private void judgeGivingUp(SimulatedRequest simulated, Unavailability unavailability, Instant now) {
        judgeNotAsking(simulated, false, views(simulated, now), now);
        Instant readyAt = readyAt(simulated, now);
        if (!unavailability.readyAt().equals(readyAt)) {
            throw Invariant.NAMES_THE_EXACT_TIME.violatedBy(
                    simulated + " may come back at " + readyAt + " and not at " + unavailability.readyAt());
        }
    }

    private void judgeStop(SimulatedRequest simulated, Instant now) {
        if (isFinal(simulated)) {
            return;
        }
        boolean refusedByAll = !simulated.attempts.atStart()
                && simulated.attempts.failed().stream()
                        .map(FailedAttempt::target)
                        .allMatch(target -> simulated.attempts.isRefusedBy(target.provider(), target.model()));
        if (!refusedByAll) {
            throw Invariant.TRIES_EVERY_READY_KEY.violatedBy(simulated + " gives up after " + simulated.lastFailure());
        }
        judgeNotAsking(simulated, false, views(simulated, now), now);
    }

    /// Compares the cooldowns that the rotation reports for a call of `need` tokens with the model.
    void judgeMemory(RouteTarget target, long need, Unavailability said, Instant now) {
        var cooling = new HashMap<KeySlot, CoolingKey>();
        said.cooling().forEach(one -> cooling.put(one.key().slot(), one));
        for (PoolKey key : provider(target.provider()).keys()) {
            Instant until = coolsUntil(key, requireNonNull(target.model()), need, now);
            CoolingKey saidOfKey = cooling.get(key.slot());
            Instant saidUntil = saidOfKey == null ? null : saidOfKey.until();
            boolean tooEarly = until != null && (saidUntil == null || saidUntil.isBefore(until));
            boolean tooLate =
                    saidOfKey != null && (until == null || saidOfKey.until().isAfter(until));
            if (tooEarly || tooLate) {
                Invariant violated = tooEarly
                        ? Invariant.REMEMBERS_COOLDOWNS
                        : requireNonNull(saidOfKey).foreseen()
                                ? Invariant.RETURNS_UNUSED_TOKENS
                                : Invariant.FORGETS_WHAT_IS_DISPROVED;
                throw violated.violatedBy(key.slot() + " cools until " + until + ", not " + saidUntil);
            }
        }
    }

    /// When a new request finds a ready key, if nothing happens until then.
    private Instant readyAt(SimulatedRequest simulated, Instant now) {
        Instant ready = Instant.MAX;
        for (Place place : places(simulated)) {
            ProviderProfile profile = place.profile();
            for (PoolKey key : profile.keys()) {
                Instant until = coolsUntil(key, place.model(), simulated.attempts.estimatedTokensAt(profile), now);
                Instant free = until == null ? now : until;
                ready = free.isBefore(ready) ? free : ready;
            }
        }
        return ready;
    }

    private @Nullable Instant coolsUntil(PoolKey key, ModelId model, long need, Instant now) {
        return ReferenceModel.later(
                referenceModel.narrowlyCoolsUntil(key, model, need, now),
                referenceModel.coolsUntil(ReferenceModel.wide(key.provider(), model), now));
    }

    /// The keys that the request may still try.
    private List<View> views(SimulatedRequest simulated, Instant now) {
        var views = new ArrayList<View>();
        for (Place place : places(simulated)) {
            views.addAll(views(simulated, place, now));
        }
        return views;
    }

    private List<View> views(SimulatedRequest simulated, Place place, Instant now) {
        RequestAttempts attempts = simulated.attempts;
        ProviderProfile profile = place.profile();
        ProviderId id = profile.id();
        ModelId model = place.model();
        List<Scope> wide = ReferenceModel.wide(id, model);
        List<Scope> ofModel = attempts.sawOutageOfModel(id, model) ? List.of() : List.of(new Scope.OfModel(id, model));
        boolean lastResort = attempts.sawOutageOfProvider(id, model);
        List<Scope> blocking = lastResort ? ofModel : wide;
        Instant until = referenceModel.coolsUntil(blocking, now);
        Instant surelyUntil =
                attempts.hasFailedProbeOf(id, model) ? until : referenceModel.surelyCoolsUntil(blocking, now);
        Instant wideUntil = referenceModel.coolsUntil(wide, now);
        Instant wideProbe = referenceModel.probedUntil(wide, now);
        long need = attempts.estimatedTokensAt(profile);
        var views = new ArrayList<View>();
        for (PoolKey key : profile.keys()) {
            boolean again = simulated.hasAsked(key, model);
            if (!again || simulated.mayRetryLimitedKeys(key, model)) {
                Instant cools = ReferenceModel.later(
                        referenceModel.narrowlyCoolsUntil(key, model, need, now), again ? until : surelyUntil);
                Instant full = referenceModel.fullUntil(key, model, need, now);
                Instant ownProbe = referenceModel.probedUntil(referenceModel.narrow(key, model), now);
                Instant probed = ReferenceModel.later(ReferenceModel.later(ownProbe, full), wideProbe);
                Instant first = Stream.of(cools, full, ownProbe, wideProbe)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
                Standing standing = cools != null
                        ? Standing.COOLING
                        : wideProbe != null || ownProbe != null
                                ? Standing.PROBED
                                : full != null
                                        ? Standing.FULL
                                        : lastResort
                                                ? Standing.LAST_RESORT
                                                : wideUntil != null ? Standing.UNCONFIRMED : Standing.READY;
                views.add(new View(key, model, place.tier(), again, standing, cools, probed, first, wideUntil));
            }
        }
        return views;
    }

    /// A model at a provider on the route.
    private record Place(int tier, ProviderProfile profile, ModelId model) {}

    private List<Place> places(SimulatedRequest simulated) {
        var places = new ArrayList<Place>();
        List<Tier> tiers = simulated.request.route().tiers();
        for (int tier = 0; tier < (simulated.request.fallback() ? tiers.size() : 1); tier++) {
            for (Tier.Member member : tiers.get(tier).members()) {
                for (RouteTarget target : targets(member)) {
                    ProviderProfile profile = provider(target.provider());
                    ModelId model = target.model() == null ? profile.defaultModel() : target.model();
                    boolean known = places.stream()
                            .anyMatch(place -> place.profile().equals(profile)
                                    && place.model().equals(model));
                    if (!known && !simulated.attempts.isRefusedBy(profile.id(), model)) {
                        places.add(new Place(tier, profile, model));
                    }
                }
            }
        }
        return places;
    }

    private List<RouteTarget> targets(Tier.Member member) {
        return member instanceof RouteTarget target
                ? List.of(target)
                : pool.stream()
                        .map(profile -> RouteTarget.ofDefaultModel(profile.id()))
                        .toList();
    }

    private ProviderProfile provider(ProviderId id) {
        return requireNonNull(providers.get(id));
    }

    private static boolean isOutOfTime(SimulatedRequest simulated, Instant now) {
        return simulated.lastFailure() instanceof Failure.OutOfTime || !now.isBefore(simulated.deadline());
    }

    private static boolean hasUsedItsAttempts(SimulatedRequest simulated) {
        int most = simulated.attempts.terms().maxAttempts();
        return most > 0 && simulated.attempts.failed().size() >= most;
    }

    private static boolean isFinal(SimulatedRequest simulated) {
        Failure failure = simulated.lastFailure();
        return failure != null
                && (!simulated.request.fallback()
                        || switch (failure.kind()) {
                            case REJECTED, INTERRUPTED, CANCELLED -> true;
                            case TOO_LARGE, UNSUPPORTED ->
                                simulated.request.route().single() != null;
                            default -> false;
                        });
    }
}
