package io.keywheel.experiments;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.WaitQueue;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The gateway's own policy, called as the gateway calls it. Each key is its own quota group, as in the gateway
/// without `key@group`.
final class KeywheelStrategy implements Strategy {

    private static final int MAX_WAITING = 1_000;
    private static final ModelId MODEL = new ModelId("openai/gpt-oss-120b");

    private record Call(int request, Key key) {}

    private final Pool pool;
    private final KeyPool keyPool;
    private final RequestLimits limits;
    private final Random random;
    private final Map<KeySlot, Key> keys = new HashMap<>();
    private final Map<Integer, RequestAttempts> requests = new HashMap<>();
    private final Map<Call, Step.Attempt> calls = new HashMap<>();
    private final WaitQueue queue = new WaitQueue(MAX_WAITING);

    /// Those since this was last asked for.
    private final List<Move> moves = new ArrayList<>();

    /// @param maxWait `KEYWHEEL_MAX_WAIT`
    /// @param affinity `KEYWHEEL_AFFINITY`
    KeywheelStrategy(Pool pool, Duration maxWait, Random random, Duration affinity) {
        this.pool = pool;
        this.keyPool = new KeyPool(pool.providers().stream().map(this::profile).toList());
        this.limits = new RequestLimits(0, maxWait, MAX_WAITING, Duration.ofMinutes(2), affinity);
        this.random = random;
    }

    private ProviderProfile profile(Provider provider) {
        var id = new ProviderId(provider.name);
        return new ProviderProfile(
                id, MODEL, provider.keys.stream().map(key -> poolKey(id, key)).toList());
    }

    private PoolKey poolKey(ProviderId provider, Key key) {
        var slot = new KeySlot(provider, key.place());
        keys.put(slot, key);
        return new PoolKey(slot, new QuotaGroup(provider, slot.toString()), slot.toString());
    }

    @Override
    public List<Move> next(Visit visit, Instant now) {
        Request request = visit.request();
        RequestAttempts attempts = requests.computeIfAbsent(
                request.number(),
                _ -> RequestAttempts.begin(Route.AUTO, limits.terms(true, request.arrivedAt()), request.estimate())
                        .of(limits.affinity().isZero() ? 0 : request.conversation()));
        var waiting = new WaitQueue.Request() {
            @Override
            public long arrival() {
                return request.number();
            }

            @Override
            public RequestAttempts attempts() {
                return attempts;
            }

            @Override
            public void goOn(Step.Decided step) {
                moves.add(move(visit, step));
            }
        };
        Step.Decided step = queue.join(waiting, keyPool, now);
        if (step != null) {
            waiting.goOn(step);
        }
        return moves();
    }

    @Override
    public List<Move> answering(Visit visit, Key key, Instant now) {
        keyPool.answering(requireNonNull(calls.get(new Call(visit.request().number(), key))), now);
        queue.reported(keyPool, now);
        return moves();
    }

    @Override
    public List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
        int request = visit.request().number();
        Step.Attempt attempt = requireNonNull(calls.remove(new Call(request, key)));
        switch (reply) {
            case Reply.Answered(var status, var cached) -> {
                requests.remove(request);
                int spent = visit.request().tokens() - (pool.of(key).countsCached() ? 0 : cached);
                keyPool.answered(attempt, status, Math.min(spent, attempt.estimatedTokens()), now);
                keyPool.keep(visit.request().conversation(), attempt, now.plus(limits.affinity()));
            }
            case Reply.Failed(var failure, var _) -> {
                keyPool.failed(attempt, failure, now, random.nextDouble());
                requests.computeIfPresent(request, (_, attempts) -> attempts.failedAt(attempt.failed(failure)));
            }
        }
        queue.reported(keyPool, now);
        return moves();
    }

    @Override
    public Optional<Instant> nextWakeup() {
        return queue.nextWakeup();
    }

    @Override
    public List<Move> due(Instant now) {
        queue.due(keyPool, now);
        return moves();
    }

    private List<Move> moves() {
        List<Move> all = List.copyOf(moves);
        moves.clear();
        return all;
    }

    private Move move(Visit visit, Step.Decided step) {
        int request = visit.request().number();
        return switch (step) {
            case Step.Attempt attempt -> {
                Key key = requireNonNull(keys.get(attempt.target().key().slot()));
                calls.put(new Call(request, key), attempt);
                yield new Move.Ask(visit, key);
            }
            case Step.GiveUp(var exhaustion) -> {
                requests.remove(request);
                yield new Move.Refuse(visit, readyAt(exhaustion));
            }
        };
    }

    private static @Nullable Instant readyAt(Exhaustion exhaustion) {
        return switch (exhaustion) {
            case Exhaustion.AllKeysFailed(var _, var _, var unavailability) -> unavailability.readyAt();
            case Exhaustion.AllProvidersFailed(var _, var unavailability) -> unavailability.readyAt();
            case Exhaustion.Stopped _, Exhaustion.NoSuchModel _, Exhaustion.DeadlinePassed _ -> null;
        };
    }
}
