package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.cooldown.ModelHealth;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AdmissionControl;
import io.keywheel.domain.quota.SpentTokens;
import io.keywheel.domain.registry.KeyRegistry;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Applies the outcome of each attempt to cooldowns, quota and statistics, and shares it with other gateways.
final class OutcomeRecorder {

    private final ModelPools pools;
    private final QuotaGroups quotaGroups;
    private final KeyRegistry registry;
    private final KeyStatistics statistics;
    private final @Nullable PoolSharing sharing;
    private final Map<ProviderId, ThrottleDetector> throttleDetectors = new HashMap<>();

    OutcomeRecorder(
            ModelPools modelPools,
            QuotaGroups quotaGroups,
            KeyRegistry keyRegistry,
            KeyStatistics keyStatistics,
            @Nullable PoolSharing sharing) {
        this.sharing = sharing;
        this.pools = modelPools;
        this.quotaGroups = quotaGroups;
        this.registry = keyRegistry;
        this.statistics = keyStatistics;
    }

    void inherit(OutcomeRecorder before, PoolMigration poolMigration) {
        before.throttleDetectors.forEach((provider, detector) -> {
            if (poolMigration.keeps(provider)) {
                throttleDetector(provider).answered(detector.lastAnswered());
            }
        });
    }

    List<PoolEvent> answering(Step.Attempt attempt, Instant now) {
        return succeeded(attempt, now, admission -> admission.answering(attempt, now));
    }

    List<PoolEvent> answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
        return succeeded(attempt, now, admission -> {
            statistics.ended(attempt.target().key().slot(), attempt.startedAt(), null);
            admission.answered(attempt, rateLimitStatus, SpentTokens.by(Fact.End.ANSWERED, spent), now);
        });
    }

    private List<PoolEvent> succeeded(Step.Attempt attempt, Instant now, Consumer<AdmissionControl> report) {
        ModelPool modelPool = pools.of(attempt);
        QuotaGroup group = attempt.target().key().group();
        AdmissionControl admission = modelPool.admission(group);
        List<PoolEvent> poolEvents = applySuccess(attempt, modelPool, now);
        report.accept(admission);
        modelPool.groupChanged(group);
        admission
                .longShortage(attempt.estimatedTokens(), now)
                .map(until -> new PoolEvent.CooldownStarted(
                        new Scope.OfGroupModel(group, attempt.target().model()), until, null))
                .ifPresent(poolEvents::add);
        return poolEvents;
    }

    private List<PoolEvent> applySuccess(Step.Attempt attempt, ModelPool modelPool, Instant now) {
        ProviderId provider = attempt.target().provider();
        pools.answered(modelPool);
        var poolEvents = new ArrayList<PoolEvent>();
        Map<Scope, Cooldown> disproved = modelPool.health().answered(attempt);
        disproved.forEach((scope, cooldown) -> {
            poolEvents.add(new PoolEvent.Recovered(scope));
            if (cooldown.isActiveAt(now)) {
                pools.concernedBy(scope, modelPool).forEach(each -> each.unparkReverted(now));
            }
        });
        if (sharing != null) {
            sharing.answered(attempt, disproved, now);
        }
        modelPool.endProbes(attempt);
        throttleDetector(provider).answered(attempt.startedAt());
        return poolEvents;
    }

    List<PoolEvent> failed(Step.Attempt begun, Failure reported, long spent, Instant now, double chance) {
        Failure failure = begun.failed(reported).failure();
        var poolEvents = new ArrayList<PoolEvent>();
        if (failure instanceof Failure.RateLimited limited) {
            mergeByOrganisation(begun, limited, now, poolEvents);
        }
        // Its group may have been merged just now.
        Step.Attempt attempt = Objects.requireNonNull(registry.current(begun));
        var target = attempt.target();
        ModelPool modelPool = pools.of(attempt);
        ModelHealth health = modelPool.health();
        statistics.ended(target.key().slot(), attempt.startedAt(), failure.kind());
        modelPool.endProbes(attempt);
        AdmissionControl admissionControl = modelPool.admission(target.key().group());
        admissionControl.failed(attempt, SpentTokens.by(Fact.End.of(failure), spent), now);
        modelPool.groupChanged(target.key().group());
        if (failure instanceof Failure.ModelUnavailable) {
            pools.modelUnavailable(modelPool);
        }
        if (failure instanceof Failure.RateLimited limited) {
            if (!limited.isOfTheGroup() && health.isThrottled()) {
                health.throttled(limited, attempt, now, chance)
                        .map(cooldown -> new PoolEvent.Throttled(target.provider(), cooldown.until(), 0))
                        .ifPresent(poolEvents::add);
                return poolEvents;
            }
            admissionControl.limited(attempt, limited.status(), now);
        }
        if (FailurePolicy.of(failure).provider() == FailurePolicy.Provider.REFUSED
                && health.reached(attempt.startedAt())) {
            poolEvents.add(new PoolEvent.Recovered(new Scope.OfProvider(target.provider())));
            if (sharing != null) {
                sharing.reachedProvider(attempt);
            }
        }
        Scope.of(failure, target)
                .filter(scope -> !isDisproved(scope, attempt))
                .ifPresent(scope -> poolEvents.addAll(coolDown(scope, attempt, failure, now, chance)));
        return poolEvents;
    }

    private List<PoolEvent> coolDown(Scope scope, Step.Attempt attempt, Failure failure, Instant now, double chance) {
        ModelPool modelPool = pools.of(attempt);
        ModelHealth health = modelPool.health();
        var poolEvents = new ArrayList<PoolEvent>();
        Cooldown before = health.cooldownOf(scope);
        health.coolDown(scope, failure, attempt, now, chance)
                .map(cooldown -> new PoolEvent.CooldownStarted(scope, cooldown.until(), attempt.failed(failure)))
                .ifPresent(poolEvents::add);
        Cooldown after = Objects.requireNonNull(health.cooldownOf(scope));
        for (ModelPool each : pools.concernedBy(scope, modelPool)) {
            each.parkIfCooling(attempt.target().key().slot(), now);
        }
        if (failure instanceof Failure.RateLimited limited && !limited.isOfTheGroup()) {
            var change = new ThrottleDetector.CooldownChange(modelPool, scope, before, after);
            detectThrottling(limited, attempt, change, now, chance).ifPresent(poolEvents::add);
        } else if (sharing != null && !after.equals(before)) {
            sharing.cooledDown(attempt, scope, after);
        }
        return poolEvents;
    }

    /// A rate limit without a sign that it is the group's own may be a limit of this host. If many groups meet such
    /// limits, the provider cools down, and the cooldowns of the groups are reverted.
    private Optional<PoolEvent> detectThrottling(
            Failure.RateLimited limited,
            Step.Attempt attempt,
            ThrottleDetector.CooldownChange change,
            Instant now,
            double chance) {
        var target = attempt.target();
        ProviderId provider = target.provider();
        if (isDisproved(new Scope.OfProvider(provider), attempt)) {
            return Optional.empty();
        }
        ThrottleDetector throttleDetector = throttleDetector(provider);
        throttleDetector.limited(target.key().group(), change, attempt.startedAt(), now);
        if (!throttleDetector.isHostThrottled(quotaGroups.count(provider))) {
            return Optional.empty();
        }
        int reverted = throttleDetector.revert(now);
        return change.modelPool()
                .health()
                .throttled(limited, attempt, now, chance)
                .map(cooldown -> new PoolEvent.Throttled(provider, cooldown.until(), reverted));
    }

    private ThrottleDetector throttleDetector(ProviderId provider) {
        return throttleDetectors.computeIfAbsent(provider, _ -> new ThrottleDetector());
    }

    private void mergeByOrganisation(
            Step.Attempt attempt, Failure.RateLimited limited, Instant now, List<PoolEvent> poolEvents) {
        String organisation = limited.organisation();
        if (organisation == null) {
            return;
        }
        QuotaGroup group = quotaGroups.current(attempt.target().key().group());
        quotaGroups.assignOrganisation(group, organisation).ifPresent(merger -> {
            merge(merger, now);
            poolEvents.add(new PoolEvent.Merged(merger.into(), merger.first(), merger.keys()));
            if (sharing != null) {
                sharing.sameGroup(attempt.target(), merger);
            }
        });
    }

    void merge(QuotaGroups.Merger merger, Instant now) {
        ProviderId provider = merger.into().provider();
        pools.existing(provider).forEach(modelPool -> {
            modelPool.merge(merger.from(), merger.into(), now);
            if (sharing != null) {
                sharing.merged(merger, modelPool.model());
            }
        });
        throttleDetector(provider).forgetLimits();
    }

    /// The latest start of an attempt that the provider answered.
    Instant lastAnswered(ProviderId provider) {
        return throttleDetector(provider).lastAnswered();
    }

    /// Whether the provider answered an attempt that began later: a failure of the whole provider is then
    /// ignored.
    private boolean isDisproved(Scope scope, Step.Attempt attempt) {
        return scope instanceof Scope.OfProvider(var provider)
                && lastAnswered(provider).isAfter(attempt.startedAt());
    }
}
