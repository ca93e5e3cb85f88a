package io.keywheel.domain.cooldown;

import io.keywheel.domain.failover.Backoff;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.sharing.SharedCooldowns;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The cooldowns of one provider's keys that concern one model.
///
/// Cooldowns of five scopes can block a key. Three are narrow and block single keys: the key, its quota group,
/// the group for the model. Two are wide and block all keys: the provider, the provider for the model.
public final class ModelHealth {

    private final ModelId model;
    private final QuotaGroups quotaGroups;
    private final Scope ofProvider;
    private final Scope ofModel;
    private final Map<Scope, Cooldown> cooldownsOfAllModels;
    private final Map<Scope, Cooldown> cooldownsOfThisModel = new HashMap<>();

    /// @param cooldownsOfAllModels the cooldowns that concern all models, shared by the models of a key pool
    public ModelHealth(
            ProviderId provider, ModelId model, QuotaGroups quotaGroups, Map<Scope, Cooldown> cooldownsOfAllModels) {
        this.model = model;
        this.quotaGroups = quotaGroups;
        this.ofProvider = new Scope.OfProvider(provider);
        this.ofModel = new Scope.OfModel(provider, model);
        this.cooldownsOfAllModels = cooldownsOfAllModels;
    }

    /// Takes over the cooldowns of `before` for this model whose scopes have heirs.
    public void inherit(ModelHealth before, PoolMigration poolMigration) {
        inherit(before.cooldownsOfThisModel, cooldownsOfThisModel, poolMigration);
    }

    /// Copies the cooldowns of `before` `into` those of the next pool, if their scopes have heirs.
    public static void inherit(Map<Scope, Cooldown> before, Map<Scope, Cooldown> into, PoolMigration poolMigration) {
        before.forEach((scope, cooldown) -> poolMigration
                .heirs(scope)
                .forEach(heir -> into.merge(heir, inherited(cooldown, scope, heir, poolMigration), Cooldown::joined)));
    }

    /// A probe goes on if its key remains, whose report will end it. A group keeps its probe only if its name
    /// stays, because the probe is reported under that name.
    private static Cooldown inherited(Cooldown cooldown, Scope scope, Scope heir, PoolMigration poolMigration) {
        Cooldown kept = cooldown.isProbedBy(poolMigration::remains) ? cooldown : cooldown.withoutProbe();
        return switch (scope) {
            case Scope.OfKey _ -> kept.endingBy(poolMigration.now());
            case Scope.OfGroup _, Scope.OfGroupModel _ -> heir.equals(scope) ? kept : kept.withoutProbe();
            case Scope.OfProvider _, Scope.OfModel _ -> kept;
        };
    }

    public @Nullable Cooldown cooldownOf(Scope scope) {
        return mapOf(scope).get(scope);
    }

    private void put(Scope scope, @Nullable Cooldown cooldown) {
        mapOf(scope).compute(scope, (_, _) -> cooldown);
    }

    private Map<Scope, Cooldown> mapOf(Scope scope) {
        return switch (scope) {
            case Scope.OfKey _, Scope.OfGroup _, Scope.OfProvider _ -> cooldownsOfAllModels;
            case Scope.OfGroupModel _, Scope.OfModel _ -> cooldownsOfThisModel;
        };
    }

    public ActiveCooldowns narrowCooldowns(PoolKey key, Instant now) {
        QuotaGroup group = quotaGroups.current(key.group());
        return ActiveCooldowns.NONE
                .and(cooldownOf(new Scope.OfKey(key.slot())), now)
                .and(cooldownOf(new Scope.OfGroup(group)), now)
                .and(cooldownOf(new Scope.OfGroupModel(group, model)), now);
    }

    /// Whether a call with a key of `group` would probe the cooldown of that group for this model. Such a probe
    /// overrides the token estimate. Other probes do not: the keys of a group share one estimate, and it blocks
    /// them together.
    public boolean isGroupProbeDue(QuotaGroup group, Instant now) {
        Cooldown cooldown = cooldownOf(new Scope.OfGroupModel(quotaGroups.current(group), model));
        return cooldown != null && cooldown.isProbeDueAt(now);
    }

    public ActiveCooldowns wideCooldowns(Instant now) {
        return withWide(ActiveCooldowns.NONE, now);
    }

    /// Until when a wide cooldown blocks the request; null for none. The request ignores an outage that its
    /// attempts found.
    ///
    /// @param mayProbe whether the request ignores unconfirmed outages, too
    public @Nullable Instant wideUntil(RequestAttempts requestAttempts, boolean mayProbe, Instant now) {
        return wideUntil(scope -> !isIgnored(scope, requestAttempts) && !(mayProbe && isUnconfirmed(scope)), now);
    }

    private @Nullable Instant wideUntil(Predicate<Scope> counts, Instant now) {
        ActiveCooldowns wide = ActiveCooldowns.NONE;
        for (Scope scope : List.of(ofProvider, ofModel)) {
            wide = counts.test(scope) ? wide.and(cooldownOf(scope), now) : wide;
        }
        return wide.coolsUntil();
    }

    /// Whether a request without an alternative would be sent now, as the probe of an unconfirmed outage.
    public boolean wouldProbeUnconfirmed(Instant now) {
        ActiveCooldowns wide = wideCooldowns(now);
        return wide.coolsUntil() != null
                && wide.probeEnds() == null
                && wideUntil(scope -> !isUnconfirmed(scope), now) == null;
    }

    private boolean isUnconfirmed(Scope scope) {
        Cooldown cooldown = cooldownOf(scope);
        return cooldown != null && cooldown.isUnconfirmed();
    }

    public ActiveCooldowns withWide(ActiveCooldowns narrow, Instant now) {
        return narrow.and(cooldownOf(ofProvider), now).and(cooldownOf(ofModel), now);
    }

    /// All cooldowns that concern `key`, those of the key itself first.
    ///
    /// @param offset added to an instant to get the wall-clock time
    public List<PoolStatus.KnownCooldown> known(PoolKey key, Instant now, Duration offset) {
        return scopes(key).stream()
                .flatMap(scope ->
                        Stream.ofNullable(cooldownOf(scope)).map(cooldown -> cooldown.known(scope, now, offset)))
                .toList();
    }

    /// Makes an attempt with `key` the probe of all its scopes whose cooldowns are over. Returns these scopes.
    ///
    /// @param probesUnconfirmed whether the attempt probes unconfirmed outages, too
    public Set<Scope> beginProbes(PoolKey key, Instant now, Instant end, boolean probesUnconfirmed) {
        var probes = new HashSet<Scope>();
        for (Scope scope : scopes(key)) {
            Cooldown cooldown = cooldownOf(scope);
            if (cooldown != null
                    && !cooldown.probeAcceptedAt(now)
                    && (!cooldown.isActiveAt(now) || (probesUnconfirmed && cooldown.isUnconfirmed()))) {
                put(scope, cooldown.probed(key.name(), now, end));
                probes.add(scope);
            }
        }
        return probes;
    }

    /// Whether the attempt `decided` may still be made. No scope may cool down, except unconfirmed outages that the
    /// attempt probes, and scopes that the request ignores. A cooldown that another gateway began before the
    /// decision may have been learned since.
    ///
    /// @param requestAttempts the attempts of the request, which ignores an outage that they found
    public boolean isOpen(Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        return scopes(decided.target().key()).stream().allMatch(scope -> {
            Cooldown cooldown = cooldownOf(scope);
            return cooldown == null
                    || cooldown.probeAcceptedAt(decided.startedAt())
                    || (isProbedBy(scope, decided)
                            && cooldown.hasBegunBy(decided.startedAt())
                            && (cooldown.isUnconfirmed() || !cooldown.isActiveAt(now)))
                    || (!decided.probes().contains(scope) && isIgnored(scope, requestAttempts));
        });
    }

    private boolean isIgnored(Scope scope, RequestAttempts requestAttempts) {
        return scope.equals(ofProvider)
                ? requestAttempts.sawOutageOfProvider(scope.provider(), model)
                : scope.equals(ofModel) && requestAttempts.sawOutageOfModel(scope.provider(), model);
    }

    public void postponeProbes(Step.Attempt decided, Instant now) {
        replaceProbes(decided, cooldown -> cooldown.probedFrom(now));
    }

    /// Ends the probes of an attempt. Probes that another attempt has begun since then go on.
    public void endProbes(Step.Attempt attempt) {
        replaceProbes(attempt, Cooldown::withoutProbe);
    }

    public boolean isProbedBy(Scope scope, Step.Attempt attempt) {
        Cooldown cooldown = cooldownOf(scope);
        return cooldown != null && attempt.probes().contains(scope) && cooldown.hasProbeBegunAt(attempt.startedAt());
    }

    private void replaceProbes(Step.Attempt attempt, UnaryOperator<Cooldown> replacement) {
        for (Scope scope : attempt.probes()) {
            Cooldown cooldown = cooldownOf(scope);
            if (cooldown != null && cooldown.hasProbeBegunAt(attempt.startedAt())) {
                put(scope, replacement.apply(cooldown));
            }
        }
    }

    /// Begins or extends the cooldown of `scope`. Returns the cooldown if it is an event for users. That is so if
    /// the scope was not cooling, a short cooldown became a long one, or a failed probe extended it.
    public Optional<Cooldown> coolDown(Scope scope, Failure failure, Step.Attempt attempt, Instant now, double chance) {
        Cooldown before = cooldownOf(scope);
        if (before != null && before.covers(failure, attempt.startedAt(), now)) {
            return Optional.empty();
        }
        return coolDown(scope, failure.kind(), attempt, now, level -> {
            return Cooldown.begin(failure, level, now, FailurePolicy.pause(failure, level, chance));
        });
    }

    /// Starts a cooldown of the whole provider, which is suspected of throttling all keys of this host.
    public Optional<Cooldown> throttled(Failure.RateLimited limited, Step.Attempt attempt, Instant now, double chance) {
        return coolDown(ofProvider, limited.kind(), attempt, now, level -> {
            Instant until = now.plus(Backoff.OUTAGE.pause(limited.retryAfter(), level, chance));
            return new Cooldown(limited.kind(), now, until, level, limited.retryAfter() == null, null);
        });
    }

    /// @param begin creates the cooldown for a backoff level
    private Optional<Cooldown> coolDown(
            Scope scope, Failure.Kind kind, Step.Attempt attempt, Instant now, IntFunction<Cooldown> begin) {
        Cooldown before = cooldownOf(scope);
        boolean isProbe = attempt.probes().contains(scope);
        Cooldown begun = begin.apply(before == null ? 0 : before.levelFor(kind, attempt.startedAt(), now, isProbe));
        Cooldown after = before == null ? begun : before.extendedBy(begun);
        put(scope, after);
        boolean isEvent = before == null
                || !before.isActiveAt(now)
                || PoolEvent.becomesLong(before.until(), after.until(), now)
                || (isProbe && after.until().isAfter(before.until()));
        return isEvent ? Optional.of(after) : Optional.empty();
    }

    public boolean isThrottled() {
        Cooldown cooldown = cooldownOf(ofProvider);
        return cooldown != null && cooldown.reason() == Failure.Kind.RATE_LIMITED;
    }

    /// Reverts the cooldown `mistaken` to `before`, unless it has changed since. A probe in flight goes on.
    public void revert(Scope scope, Cooldown mistaken, @Nullable Cooldown before) {
        Cooldown current = cooldownOf(scope);
        if (current != null && current.equals(mistaken.withProbeOf(current))) {
            put(scope, before == null ? null : before.withProbeOf(current));
        }
    }

    /// Removes and returns the cooldowns that an attempt disproves by being answered.
    public Map<Scope, Cooldown> answered(Step.Attempt attempt) {
        Map<Scope, Cooldown> disproved = Map.of();
        for (Scope scope : scopes(attempt.target().key())) {
            Cooldown cooldown = forget(scope, attempt.startedAt());
            if (cooldown != null) {
                disproved = disproved.isEmpty() ? new LinkedHashMap<>() : disproved;
                disproved.put(scope, cooldown);
            }
        }
        return disproved;
    }

    /// Returns whether the attempt begun at `startedAt` disproves, and so ends, the cooldown of the provider.
    public boolean reached(Instant startedAt) {
        return forget(ofProvider, startedAt) != null;
    }

    private @Nullable Cooldown forget(Scope scope, Instant startedAt) {
        Cooldown cooldown = cooldownOf(scope);
        return cooldown != null && cooldown.hasBegunBy(startedAt) ? mapOf(scope).remove(scope) : null;
    }

    /// Adopts the cooldowns of `scope` at all gateways. A cooldown ends no earlier than before, unless a later
    /// call was answered. Returns whether anything has changed.
    public boolean adopt(Scope scope, SharedCooldowns known) {
        Cooldown before = cooldownOf(scope);
        Cooldown after = before != null && before.hasBegunBy(known.answered()) ? null : before;
        Fact.CooledDown longest = known.longest();
        if (longest != null && (after == null || !longest.until().isBefore(after.until()))) {
            after = Cooldown.learned(longest, before);
        }
        put(scope, after);
        return !Objects.equals(after, before);
    }

    /// Another gateway probes `scope` with `key`. Returns false if there is no cooldown, or another probe is known
    /// already.
    ///
    /// @param isClaimed whether the known probe is a claim of this gateway, which comes later in the shared log
    public boolean probedElsewhere(
            Scope scope, PoolKey key, boolean isClaimed, Instant begun, Instant deadline, Instant now) {
        Cooldown cooldown = cooldownOf(scope);
        if (cooldown == null || (cooldown.isProbedAt(now) && !isClaimed)) {
            return false;
        }
        put(scope, cooldown.probed(key.name(), begun, deadline));
        return true;
    }

    /// Another gateway found the provider down, perhaps for its own host alone. So the cooldown is over immediately,
    /// and the next attempt is its probe.
    public void suspectOutage(Fact.CooledDown outage, Instant now) {
        if (cooldownOf(ofProvider) == null) {
            put(ofProvider, Cooldown.learned(outage, null).endingBy(Instants.earlier(outage.since(), now)));
        }
    }

    /// Another gateway reached the provider by a call begun at `begun`. The outage here may be of this host alone.
    /// So the cooldown is over immediately, and the next attempt is its probe.
    public void expireProviderCooldown(Instant begun, Instant now) {
        Cooldown cooldown = cooldownOf(ofProvider);
        if (cooldown != null && cooldown.hasBegunBy(begun)) {
            put(ofProvider, cooldown.endingBy(now));
        }
    }

    /// Joins the cooldowns of `from` with those of `into`, which are one group at the provider.
    public void merge(QuotaGroup from, QuotaGroup into) {
        merge(new Scope.OfGroup(from), new Scope.OfGroup(into));
        merge(new Scope.OfGroupModel(from, model), new Scope.OfGroupModel(into, model));
    }

    private void merge(Scope from, Scope into) {
        Cooldown cooldown = mapOf(from).remove(from);
        if (cooldown != null) {
            mapOf(into).merge(into, cooldown, Cooldown::joined);
        }
    }

    /// All scopes of `key`, the narrow ones first.
    private List<Scope> scopes(PoolKey key) {
        QuotaGroup group = quotaGroups.current(key.group());
        return List.of(
                new Scope.OfKey(key.slot()),
                new Scope.OfGroup(group),
                new Scope.OfGroupModel(group, model),
                ofProvider,
                ofModel);
    }
}
