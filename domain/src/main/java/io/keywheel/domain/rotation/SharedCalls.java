package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.ModelHealth;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.registry.KeyRegistry;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.sharing.Fact.CallId;
import io.keywheel.domain.sharing.Fact.Called;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The calls of other gateways, each as a call of its key here, and the claims of this gateway.
///
/// The gateway that claims a call decides the claim alone, when it reads the claim's entry in the log. Entries
/// before it count unless they were withdrawn. So the first claim in the log wins, regardless of the gateways'
/// clocks.
final class SharedCalls {

    /// A call without an end counts as ended after this time, with its probes, because its gateway is gone. It
    /// counts as having spent its whole estimate.
    private static final Duration LONGEST_CALL = Duration.ofMinutes(10);

    /// A gateway decides a claim within 50 ms. A claim older than this is read while catching up: its call began
    /// long ago.
    private static final Duration LONGEST_CLAIM = Duration.ofSeconds(5);

    private static final Duration GATEWAY_TTL = Duration.ofMinutes(1);
    private static final int MOST_CALLS = 10_000;
    private static final int MOST_ENDED = 1_000;
    private static final int MOST_GATEWAYS = 100;

    /// @param isLost whether another gateway was first
    private record Claim(Step.Attempt attempt, boolean isLost) {}

    private final LinkedHashMap<CallId, Step.Attempt> foreign = new LinkedHashMap<>();

    /// Calls whose ends have been read: facts may arrive twice, and in any order.
    private final Map<CallId, Boolean> ended = new LruMap<>(MOST_ENDED);

    /// Claims of this gateway whose entries have not been read, and lost claims until they end.
    private final Map<CallId, Claim> claims = new HashMap<>();

    private final Map<String, Instant> gateways = new HashMap<>();

    private long number;

    CallId nextId() {
        return new CallId("", number++);
    }

    /// How many other gateways have made calls within [#GATEWAY_TTL].
    int gateways(Instant now) {
        gateways.values().removeIf(seen -> seen.isBefore(now.minus(GATEWAY_TTL)));
        return gateways.size();
    }

    private void addGateway(CallId id, Instant now) {
        if (gateways.containsKey(id.gateway()) || gateways.size() < MOST_GATEWAYS) {
            gateways.put(id.gateway(), now);
        }
    }

    void claim(CallId id, Step.Attempt attempt) {
        claims.put(id, new Claim(attempt, false));
    }

    /// Decides the claim `id` of this gateway, whose entry has just been read: later entries do not count.
    void decideClaim(CallId id, ModelPools pools, KeyRegistry registry, Instant now) {
        Claim claim = claims.get(id);
        Step.Attempt attempt = claim == null ? null : registry.current(claim.attempt());
        if (attempt == null) {
            return;
        }
        QuotaGroup group = attempt.target().key().group();
        ModelPool pool = pools.of(attempt);
        boolean isFirst = pool.admission(group)
                .hasRoomWithout(
                        claimed(pool, group, registry),
                        attempt.estimatedTokens(),
                        attempt.probes().contains(new Scope.OfGroupModel(group, pool.model())),
                        now);
        claims.computeIfPresent(id, (_, _) -> isFirst ? null : new Claim(attempt, true));
    }

    /// Ends the claim. Returns whether it was the first, as far as the log has been read.
    boolean endClaim(CallId id) {
        Claim claim = claims.remove(id);
        return claim == null || !claim.isLost();
    }

    private List<Step.Attempt> claimed(ModelPool pool, QuotaGroup group, KeyRegistry registry) {
        return claims.values().stream()
                .map(claim -> registry.current(claim.attempt()))
                .filter(Objects::nonNull)
                .filter(attempt -> attempt.target().model().equals(pool.model())
                        && attempt.target().key().group().equals(group))
                .toList();
    }

    void began(Called called, PoolKey key, ModelPool pool, KeyRegistry registry, Instant now) {
        addGateway(called.id(), now);
        boolean isOld = called.begun().isBefore(now.minus(LONGEST_CALL));
        if (isOld || foreign.containsKey(called.id()) || ended.containsKey(called.id())) {
            return;
        }
        // A claimed call is sent when its gateway reads the log, as this one does now.
        boolean begins = called.claimed() && called.begun().isAfter(now.minus(LONGEST_CLAIM));
        Instant begun = begins ? now : called.begun();
        Target target = pool.target(key);
        ModelHealth health = pool.health();
        Instant ends = Instants.earlier(called.probeEnds(), now.plus(LONGEST_CALL));
        var probes = new HashSet<Scope>();
        for (var kind : called.probes()) {
            Scope scope = kind.at(target).orElse(null);
            if (scope != null
                    && !(scope instanceof Scope.OfProvider && health.isThrottled())
                    && health.probedElsewhere(scope, key, isClaimed(scope, health), begun, ends, now)) {
                probes.add(scope);
            }
        }
        foreign.put(
                called.id(), new Step.Attempt(target, probes, begun, called.estimatedTokens(), registry.generation()));
        pool.admission(key.group()).begin(key, begun, called.estimatedTokens());
        pool.groupChanged(key.group());
    }

    /// Whether the known probe of `scope` is a pending claim of this gateway.
    private boolean isClaimed(Scope scope, ModelHealth health) {
        return claims.values().stream().anyMatch(claim -> health.isProbedBy(scope, claim.attempt()));
    }

    /// Ends a call of another gateway. Returns its attempt here; null for an unknown call.
    Step.@Nullable Attempt ended(Fact.Ended fact, Instant now) {
        addGateway(fact.id(), now);
        ended.put(fact.id(), true);
        return foreign.remove(fact.id());
    }

    /// Removes and returns the calls that count as ended although no end was read.
    Map<CallId, Step.Attempt> expired(Instant now) {
        var expired = new HashMap<CallId, Step.Attempt>();
        while (!foreign.isEmpty()
                && (foreign.size() > MOST_CALLS
                        || foreign.firstEntry().getValue().startedAt().isBefore(now.minus(LONGEST_CALL)))) {
            var eldest = foreign.pollFirstEntry();
            expired.put(eldest.getKey(), eldest.getValue());
        }
        return expired;
    }
}
