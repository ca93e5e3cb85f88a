package io.keywheel.experiments.strategies;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.chat.TokenEstimate;
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
import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.experiments.simulation.Arrivals;
import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.Provider;
import io.keywheel.experiments.simulation.Reply;
import io.keywheel.experiments.simulation.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The gateway's own policy, called in the same order as by the gateway. Each key is a quota group, as without
/// `key@group`.
public final class KeywheelStrategy implements Strategy {

    private static final int MAX_WAITING = 1_000;
    private static final ModelId MODEL = new ModelId("openai/gpt-oss-120b");

    private static final Duration PROBE_LEASE = Duration.ofSeconds(20);

    /// @param published the published fact; null if nothing was published
    private record Made(Step.Attempt attempt, Fact.@Nullable Called published) {}

    private record Claim(Visit visit, WaitQueue.Request request, Step.Attempt attempt) {}

    interface Link {
        void publish(List<Fact> facts, Instant now);

        void claim(Fact.Called call, Instant now);
    }

    private final Pool pool;
    private final KeyPool keyPool;
    private final RequestLimits limits;
    private final Random random;
    private final Map<KeySlot, Key> keys = new HashMap<>();
    private final Map<Integer, RequestAttempts> requests = new HashMap<>();

    /// The calls in flight; a request has at most one.
    private final Map<Integer, Made> calls = new HashMap<>();
    private final Map<Fact.CallId, Claim> claims = new HashMap<>();
    private final WaitQueue queue = new WaitQueue(MAX_WAITING);

    /// The moves since the last call of [#moves].
    private final List<Move> moves = new ArrayList<>();

    private final @Nullable Link link;
    private Instant now = Arrivals.START;

    /// @param maxWait `KEYWHEEL_MAX_WAIT`
    /// @param affinity `KEYWHEEL_AFFINITY`
    public KeywheelStrategy(Pool pool, Duration maxWait, Random random, Duration affinity) {
        this(pool, maxWait, random, affinity, null);
    }

    /// @param link null if the gateway shares nothing
    KeywheelStrategy(Pool pool, Duration maxWait, Random random, Duration affinity, @Nullable Link link) {
        this.link = link;
        this.pool = pool;
        this.keyPool =
                new KeyPool(pool.providers().stream().map(this::profile).toList(), VirtualModels.NONE, link != null);
        this.limits = new RequestLimits(0, maxWait, MAX_WAITING, Duration.ofMinutes(2), affinity);
        this.random = random;
    }

    private ProviderProfile profile(Provider provider) {
        var id = new ProviderId(provider.name);
        return new ProviderProfile(
                id, MODEL, provider.keys.stream().map(key -> poolKey(id, key)).toList(), 0);
    }

    private PoolKey poolKey(ProviderId provider, Key key) {
        var slot = new KeySlot(provider, key.place());
        keys.put(slot, key);
        return new PoolKey(slot, new QuotaGroup(provider, slot.toString()), slot.toString());
    }

    @Override
    public List<Move> next(Visit visit, Instant now) {
        this.now = now;
        Request request = visit.request();
        RequestAttempts attempts = requests.computeIfAbsent(
                request.number(),
                _ -> RequestAttempts.begin(
                                Route.AUTO,
                                limits.terms(true, request.arrivedAt()),
                                TokenEstimate.of(request.estimate()))
                        .inConversation(limits.affinity().isZero() ? 0 : request.conversation()));
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
            public void proceed(Step.Decided step) {
                move(visit, this, step);
            }
        };
        Step.Decided step = queue.join(waiting, keyPool, now);
        if (step != null) {
            waiting.proceed(step);
        }
        return moves();
    }

    @Override
    public List<Move> answering(Visit visit, Key key, Instant now) {
        this.now = now;
        Made made = requireNonNull(calls.get(visit.request().number()));
        keyPool.answering(made.attempt(), now);
        queue.checkAll(keyPool, now);
        return moves();
    }

    @Override
    public List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
        this.now = now;
        int request = visit.request().number();
        Made made = requireNonNull(calls.remove(request));
        Step.Attempt attempt = made.attempt();
        switch (reply) {
            case Reply.Answered(var status, var cached) -> {
                requests.remove(request);
                int spent = visit.request().tokens() - (pool.of(key).countsCached() ? 0 : cached);
                long all = Math.min(spent, attempt.estimatedTokens());
                keyPool.answered(attempt, made.published(), status, all, now);
                keyPool.preferGroup(visit.request().conversation(), attempt, now.plus(limits.affinity()));
            }
            case Reply.Failed(var failure, var _) -> {
                keyPool.failed(attempt, made.published(), failure, 0, now, random.nextDouble());
                requests.computeIfPresent(request, (_, attempts) -> attempts.withFailure(attempt.failed(failure)));
            }
        }
        queue.checkAll(keyPool, now);
        return moves();
    }

    @Override
    public Optional<Instant> nextWakeup() {
        return queue.nextWakeup();
    }

    @Override
    public List<Move> due(Instant now) {
        this.now = now;
        queue.checkDue(keyPool, now);
        return moves();
    }

    /// Applies the facts of other gateways and this gateway's claims, in the order of the log.
    List<Move> learn(List<Fact> facts, Instant now) {
        this.now = now;
        keyPool.learn(facts, now);
        for (Fact fact : facts) {
            if (fact instanceof Fact.Called call && call.id().gateway().isEmpty()) {
                settle(call, false);
            }
        }
        queue.checkAll(keyPool, now);
        return moves();
    }

    /// Proceeds without the store, which did not answer a claim in time.
    List<Move> alone(Fact.Called call, Instant now) {
        this.now = now;
        settle(call, true);
        return moves();
    }

    private void settle(Fact.Called call, boolean alone) {
        Claim claim = claims.remove(call.id());
        if (claim == null) {
            return;
        }
        Step.Attempt begun =
                keyPool.beginIfOpen(call, claim.attempt(), claim.request().attempts(), now);
        if (begun == null) {
            queue.rejoin(claim.request(), keyPool, now);
            return;
        }
        ask(claim.visit(), new Made(begun, call));
        if (alone) {
            requireNonNull(link).publish(List.of(call.made()), now);
        }
    }

    private List<Move> moves() {
        if (link != null) {
            link.publish(keyPool.unpublished(), now);
        }
        List<Move> all = List.copyOf(moves);
        moves.clear();
        return all;
    }

    private void move(Visit visit, WaitQueue.Request request, Step.Decided step) {
        switch (step) {
            case Step.Attempt attempt -> {
                Fact.Called call = keyPool.called(attempt, PROBE_LEASE, now);
                if (link != null && call != null && call.claimed()) {
                    claims.put(call.id(), new Claim(visit, request, attempt));
                    // Earlier facts must precede the claim in the log.
                    link.publish(keyPool.unpublished(), now);
                    link.claim(call, now);
                } else {
                    ask(visit, new Made(attempt, call));
                }
            }
            case Step.GiveUp(var exhaustion) -> {
                requests.remove(visit.request().number());
                moves.add(new Move.Refuse(visit, readyAt(exhaustion)));
            }
        }
    }

    private void ask(Visit visit, Made made) {
        Key key = requireNonNull(keys.get(made.attempt().target().key().slot()));
        calls.put(visit.request().number(), made);
        moves.add(new Move.Ask(visit, key));
    }

    private static @Nullable Instant readyAt(Exhaustion exhaustion) {
        return switch (exhaustion) {
            case Exhaustion.AllFailed(var _, var unavailability, var _) -> unavailability.readyAt();
            case Exhaustion.Stopped _, Exhaustion.NoSuchModel _, Exhaustion.DeadlinePassed _, Exhaustion.Closed _ ->
                null;
        };
    }
}
