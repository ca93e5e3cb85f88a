package io.keywheel.domain.registry;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The keys in the pool, with the generation in which each joined. A key is identified by its provider and
/// fingerprint, because its slot and group may change while an attempt is under way.
public final class KeyRegistry {

    /// @param since the generation in which the key joined: earlier attempts are not reported on it
    private record Member(PoolKey key, int since) {}

    private final QuotaGroups quotaGroups;
    private final Map<PoolKey.Name, Member> members = new HashMap<>();

    /// The generation in which each provider was last replaced.
    private final Map<ProviderId, Integer> replacedIn;

    /// How many registries came before this one.
    private final int generation;

    /// @param before the registry that this one replaces; null for none
    /// @param replaced the providers whose keys are all new
    public KeyRegistry(
            List<ProviderProfile> providers,
            QuotaGroups quotaGroups,
            @Nullable KeyRegistry before,
            Set<ProviderId> replaced) {
        this.quotaGroups = quotaGroups;
        this.generation = before == null ? 0 : before.generation + 1;
        this.replacedIn = before == null ? new HashMap<>() : new HashMap<>(before.replacedIn);
        replaced.forEach(provider -> replacedIn.put(provider, generation));
        for (ProviderProfile provider : providers) {
            for (PoolKey key : provider.keys()) {
                Member known =
                        before == null || replaced.contains(provider.id()) ? null : before.members.get(key.name());
                members.put(key.name(), new Member(key, known == null ? generation : known.since()));
            }
        }
    }

    public int generation() {
        return generation;
    }

    /// The key with the name of `key`, which may be from another registry; null for none.
    @Nullable
    PoolKey same(PoolKey key) {
        Member member = members.get(key.name());
        return member == null ? null : member.key();
    }

    /// The key with that fingerprint; null for none.
    public @Nullable PoolKey key(ProviderId provider, String fingerprint) {
        Member member = members.get(new PoolKey.Name(provider, fingerprint));
        return member == null ? null : quotaGroups.current(member.key());
    }

    /// The attempt with the current names of its key and group, which may have changed since it began. Null if
    /// its key was removed.
    public Step.@Nullable Attempt current(Step.Attempt attempt) {
        if (generation == 0 && !quotaGroups.haveMerged()) {
            return attempt;
        }
        Target target = attempt.target();
        Member member = members.get(target.key().name());
        if (member == null || attempt.generation() < member.since()) {
            return null;
        }
        PoolKey key = quotaGroups.current(member.key());
        return new Step.Attempt(
                new Target(key, target.model(), target.defaultModel()),
                probes(attempt, key.slot()),
                attempt.startedAt(),
                attempt.estimatedTokens(),
                attempt.generation());
    }

    /// The request without its attempts at providers that were replaced since.
    public RequestAttempts current(RequestAttempts request) {
        return replacedIn.isEmpty() || request.atStart() ? request : request.withOnly(this::isCurrent);
    }

    private boolean isCurrent(FailedAttempt attempt) {
        return attempt.generation() >= replacedIn.getOrDefault(attempt.target().provider(), 0);
    }

    private Set<Scope> probes(Step.Attempt attempt, KeySlot slot) {
        return attempt.probes().stream()
                .map(scope -> scope instanceof Scope.OfKey ? new Scope.OfKey(slot) : quotaGroups.current(scope))
                .collect(Collectors.toSet());
    }
}
