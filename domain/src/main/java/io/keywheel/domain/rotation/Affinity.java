package io.keywheel.domain.rotation;

import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prefers, for first attempts, the quota group that answered the conversation last, whose prompt cache it has warmed.
/// Providers cache per model, so a conversation that alternates between models has a group for each.
final class Affinity {

    private static final int MOST_ENTRIES = 10_000;

    /// A group may have this many times its fair share of first attempts.
    private static final int MOST_SHARES = 2;

    record Preferred(RouteTarget target, PoolKey key) {}

    private record ConversationModel(long conversation, ProviderId provider, ModelId model) {}

    private record LastGroup(QuotaGroup group, Instant until) {}

    private final QuotaGroups quotaGroups;
    private final RouteTurns turns;
    private final ModelPools pools;

    private final Map<ConversationModel, LastGroup> lastGroups = new LruMap<>(MOST_ENTRIES);

    Affinity(QuotaGroups quotaGroups, RouteTurns turns, ModelPools modelPools) {
        this.quotaGroups = quotaGroups;
        this.turns = turns;
        this.pools = modelPools;
    }

    void inherit(Affinity before, PoolMigration poolMigration) {
        before.lastGroups.forEach((conversationModel, known) -> poolMigration
                .heirs(before.quotaGroups.current(known.group()))
                .findFirst()
                .ifPresent(heir -> lastGroups.put(conversationModel, new LastGroup(heir, known.until()))));
    }

    void prefer(long conversation, Target answered, Instant until) {
        lastGroups.put(
                new ConversationModel(conversation, answered.provider(), answered.model()),
                new LastGroup(answered.key().group(), until));
    }

    /// The target of the route that answered the conversation last, and the next key of its quota group. Null if
    /// strict rotation applies.
    @Nullable
    Preferred preferred(RequestAttempts attempts, Instant now) {
        if (attempts.conversation() == 0
                || !attempts.atStart()
                || !attempts.excluded().isEmpty()) {
            return null;
        }
        RouteTarget target = null;
        LastGroup last = null;
        for (RouteTarget candidate : turns.candidates(attempts, null)) {
            ModelId model = pools.model(candidate);
            LastGroup known =
                    lastGroups.get(new ConversationModel(attempts.conversation(), candidate.provider(), model));
            if (known != null && known.until().isAfter(last == null ? now : last.until())) {
                target = candidate;
                last = known;
            }
        }
        if (target == null || last == null) {
            return null;
        }
        QuotaGroup group = quotaGroups.current(last.group());
        ModelPool pool = pools.of(target);
        PoolKey key = pool.nextReady(group, attempts.estimatedTokensAt(pool.profile()), now);
        return key == null || exceedsFairShare(group, target, attempts, now) ? null : new Preferred(target, key);
    }

    /// Whether other conversations use these keys, too, and the group has had more than [#MOST_SHARES] times its
    /// fair share of recent first attempts.
    private boolean exceedsFairShare(QuotaGroup group, RouteTarget target, RequestAttempts attempts, Instant now) {
        List<ModelPool> tier = turns.peers(attempts.route(), target).stream()
                .map(pools::of)
                .distinct()
                .toList();
        int all = 0;
        int groups = 0;
        boolean shared = false;
        for (ModelPool modelPool : tier) {
            all += modelPool.recentAttempts().count(now);
            groups += quotaGroups.count(modelPool.profile().id());
            shared |= modelPool.recentAttempts().hasOtherConversations(attempts.conversation(), now);
        }
        int fairShare = Math.ceilDiv(all, groups);
        return shared && pools.of(target).recentAttempts().count(group, now) > MOST_SHARES * fairShare;
    }

    /// Counts a first attempt.
    ///
    /// @param number 1, or -1 for an attempt that was withdrawn
    void count(RequestAttempts attempts, ModelPool modelPool, Step.Attempt attempt, int number) {
        if (attempts.conversation() != 0 && attempts.atStart()) {
            modelPool
                    .recentAttempts()
                    .add(attempt.target().key().group(), attempts.conversation(), attempt.startedAt(), number);
        }
    }
}
