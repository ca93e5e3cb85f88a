package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.simulation.Outlook.Standing;
import io.keywheel.domain.simulation.Outlook.View;
import io.keywheel.domain.simulation.RequestTrace.Asked;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Watches over the turns of first attempts.
final class TurnKeeper {

    private record Lane(ProviderId provider, ModelId model) {}

    private record Place(KeySlot key, ModelId model) {}

    private final ReferenceModel referenceModel;
    private final Map<Lane, Shares<KeySlot>> keyShares = new HashMap<>();
    private final Map<Place, Instant> lastTurns = new HashMap<>();

    /// Until when a key has rested for what it met itself, asked for that model.
    private final Map<Place, Instant> lastRests = new HashMap<>();

    private final Shares<ProviderId> providerShares = new Shares<>();

    TurnKeeper(ReferenceModel referenceModel) {
        this.referenceModel = referenceModel;
    }

    /// Judges the turn that `chosen` has among `views`, and counts it.
    void judge(RequestTrace requestTrace, View chosen, List<View> views, Instant now) {
        if (chosen.standing() == Standing.READY) {
            List<View> ready = views.stream()
                    .filter(view -> view.standing() == Standing.READY)
                    .toList();
            judgeReturn(requestTrace, chosen, ready, now);
            judgeShares(requestTrace, chosen, ready);
        }
        lastTurns.put(place(chosen), now);
    }

    private void judgeReturn(RequestTrace requestTrace, View chosen, List<View> ready, Instant now) {
        for (View other : ready) {
            boolean sameProvider = other.key().provider().equals(chosen.key().provider());
            if (sameProvider && isOnceMoreInTurn(other, now) && hasRestedSinceItsTurn(other) && !isBackItself(chosen)) {
                throw Promise.USES_WHO_COMES_BACK.brokenBy(
                        requestTrace + " asks " + chosen + ", but " + other + " is back");
            }
        }
    }

    private void judgeShares(RequestTrace requestTrace, View chosen, List<View> ready) {
        ProviderId provider = chosen.key().provider();
        var keys = new HashSet<KeySlot>();
        var providers = new HashSet<ProviderId>();
        for (View view : ready) {
            providers.add(view.key().provider());
            if (view.key().provider().equals(provider)) {
                keys.add(view.key().slot());
            }
        }
        boolean fair = keyShares
                .computeIfAbsent(new Lane(provider, chosen.model()), _ -> new Shares<>())
                .take(chosen.key().slot(), keys, referenceModel.changes());
        if (requestTrace.request.route() instanceof Route.DefaultModels(var only)) {
            if (only == null) {
                fair &= providerShares.take(provider, providers, referenceModel.changes());
            } else {
                // Whoever names a provider takes one of its turns.
                providerShares.restart();
            }
        }
        if (!fair) {
            throw Promise.SHARES_FAIRLY.brokenBy(
                    requestTrace + " asks " + chosen + ", which is two turns ahead of another");
        }
    }

    /// Whether it is the first to see if its rest has helped.
    private boolean isOnceMoreInTurn(View view, Instant now) {
        return !referenceModel
                .toBeTried(referenceModel.narrow(view.key(), view.model()), false, now)
                .isEmpty();
    }

    private boolean isBackItself(View view) {
        Instant turn = lastTurns.getOrDefault(place(view), Instant.MIN);
        return referenceModel.hasRestedSince(turn, referenceModel.narrow(view.key(), view.model()));
    }

    private boolean hasRestedSinceItsTurn(View view) {
        Place place = place(view);
        Instant turn = lastTurns.getOrDefault(place, Instant.MIN);
        Instant rest = lastRests.getOrDefault(place, Instant.MIN);
        return rest.isAfter(turn) && !referenceModel.isTakenBack(referenceModel.narrow(view.key(), view.model()), rest);
    }

    /// Takes note of the rest that `asked` has brought upon its key, if any.
    void noteRest(Asked asked, Instant now) {
        Target target = asked.attempt.target();
        List<Scope> narrow = referenceModel.narrow(target.key(), target.model());
        Instant until = referenceModel.coolsUntil(narrow, now);
        if (until != null && referenceModel.hasJustBegun(narrow, now)) {
            lastRests.put(new Place(target.key().slot(), target.model()), until);
        }
    }

    private static Place place(View view) {
        return new Place(view.key().slot(), view.model());
    }
}
