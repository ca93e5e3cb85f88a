package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How the keys stand for a request, each looked at every time.
record Outlook(List<ProviderProfile> pool, ReferenceModel known) {

    /// How a key stands for one request; the first is the best.
    enum Standing {
        READY,
        /// Of a provider that this request found in trouble by itself.
        LAST_RESORT,
        /// Nothing but a suspicion speaks against it.
        SUSPECTED,
        ON_TRIAL,
        /// As many are pending as may be.
        CROWDED,
        RESTING
    }

    /// @param coolsUntil null if no rest keeps the request from it
    /// @param triedUntil null if no trial, and no crowd, keeps the request from it
    /// @param looksAgainAt when the first of what keeps the request from it is over
    record View(
            PoolKey key,
            ModelId model,
            Standing standing,
            @Nullable Instant coolsUntil,
            @Nullable Instant triedUntil,
            @Nullable Instant looksAgainAt) {

        boolean mayBeAsked() {
            return standing.compareTo(Standing.ON_TRIAL) < 0;
        }

        @Override
        public String toString() {
            return key.slot() + " (" + standing + ")";
        }
    }

    /// The moment at which the same request may ask anew, if nothing happens until then.
    Instant readyAt(RequestTrace requestTrace, Instant now) {
        Route route = requestTrace.request.route();
        Instant ready = Instant.MAX;
        for (ProviderProfile profile : providers(route)) {
            if (!requestTrace.isRefusedBy(profile.id())) {
                for (PoolKey key : profile.keys()) {
                    Instant until = restsUntil(key, model(route, profile), requestTrace.need(profile.id()), now);
                    ready = earlier(ready, until == null ? now : until);
                }
            }
        }
        return ready;
    }

    @Nullable
    Instant restsUntil(PoolKey key, ModelId model, long need, Instant now) {
        return ReferenceModel.later(
                known.narrowlyCoolsUntil(key, model, need, now),
                known.coolsUntil(ReferenceModel.wide(key.provider(), model), now));
    }

    /// The keys on its way that it has not asked.
    List<View> views(RequestTrace requestTrace, Instant now) {
        var views = new ArrayList<View>();
        for (ProviderProfile profile : providers(requestTrace.request.route())) {
            if (!requestTrace.isRefusedBy(profile.id())) {
                views.addAll(views(requestTrace, profile, now));
            }
        }
        return views;
    }

    private List<View> views(RequestTrace requestTrace, ProviderProfile profile, Instant now) {
        ModelId model = model(requestTrace.request.route(), profile);
        List<Scope> wide = ReferenceModel.wide(profile.id(), model);
        boolean lastResort = requestTrace.metTroubleOf(profile.id(), false);
        Instant asAWhole = known.coolsUntil(wide, now);
        Instant surely = requestTrace.metTroubleOf(profile.id(), true) ? asAWhole : known.surelyCoolsUntil(wide, now);
        Instant triedAsAWhole = known.triedUntil(wide, now);
        var views = new ArrayList<View>();
        for (PoolKey key : profile.keys()) {
            if (!requestTrace.hasAsked(key)) {
                List<Scope> narrow = known.narrow(key, model);
                long need = requestTrace.need(profile.id());
                Instant cools = ReferenceModel.later(
                        known.narrowlyCoolsUntil(key, model, need, now), lastResort ? null : surely);
                Instant crowded = known.crowd(key, model).barredUntil(need, now);
                Instant triedItself = known.triedUntil(narrow, now);
                Instant tried = ReferenceModel.later(ReferenceModel.later(triedItself, crowded), triedAsAWhole);
                Instant first = Stream.of(cools, crowded, triedItself, triedAsAWhole)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
                boolean onTrial = triedAsAWhole != null || triedItself != null;
                Standing standing = standing(cools != null, onTrial, crowded != null, lastResort, asAWhole != null);
                views.add(new View(key, model, standing, cools, tried, first));
            }
        }
        return views;
    }

    private static Standing standing(
            boolean cools, boolean tried, boolean crowded, boolean lastResort, boolean suspected) {
        if (cools) {
            return Standing.RESTING;
        }
        if (tried) {
            return Standing.ON_TRIAL;
        }
        if (crowded) {
            return Standing.CROWDED;
        }
        if (lastResort) {
            return Standing.LAST_RESORT;
        }
        return suspected ? Standing.SUSPECTED : Standing.READY;
    }

    private List<ProviderProfile> providers(Route route) {
        return switch (route) {
            case Route.NamedModel(var named, var _) -> List.of(provider(named));
            case Route.DefaultModels(var only) -> only == null ? pool : List.of(provider(only));
        };
    }

    ProviderProfile provider(ProviderId id) {
        return pool.stream()
                .filter(profile -> profile.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static ModelId model(Route route, ProviderProfile profile) {
        return switch (route) {
            case Route.NamedModel(var _, var model) -> model;
            case Route.DefaultModels _ -> profile.defaultModel();
        };
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
