package io.keywheel.experiments.rule;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
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
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.experiments.world.Gauge;
import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Provider;
import io.keywheel.experiments.world.Reply;
import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keywheel's own: the real policy, spoken to as the gateway does. All that this experiment knows
/// of it is here.
///
/// As in the gateway, a key is a group of its own until its user says otherwise.
public final class Ours implements Rule {

    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);
    private static final int MAX_WAITING = 1_000;
    private static final ModelId MODEL = new ModelId("openai/gpt-oss-120b");

    private record Asking(int request, Key key) {}

    private final KeyPool keyPool;
    private final RequestLimits requestLimits;
    private final Random chance;
    private final Map<KeySlot, Key> keys = new HashMap<>();
    private final Map<Integer, RequestAttempts> requestAttemptss = new HashMap<>();
    private final Map<Asking, Step.Attempt> attempts = new HashMap<>();
    private final WaitQueue<Errand> line;

    /// @param maxWait `KEYWHEEL_MAX_WAIT`
    public Ours(Pool pool, Duration maxWait, Random chance) {
        this.keyPool = new KeyPool(pool.providers().stream().map(this::profile).toList());
        this.requestLimits = new RequestLimits(0, maxWait, MAX_WAITING, REQUEST_TIMEOUT);
        this.line = new WaitQueue<>(MAX_WAITING);
        this.chance = chance;
    }

    private ProviderProfile profile(Provider provider) {
        var id = new ProviderId(provider.name());
        return new ProviderProfile(
                id, MODEL, provider.keys().stream().map(key -> poolKey(id, key)).toList());
    }

    private PoolKey poolKey(ProviderId provider, Key key) {
        var slot = new KeySlot(provider, key.place());
        keys.put(slot, key);
        return new PoolKey(slot, new QuotaGroup(provider, slot.toString()), slot.toString());
    }

    @Override
    public List<Turn> next(Errand errand, Instant now) {
        Request request = errand.request();
        RequestAttempts requestAttempts = requestAttemptss.computeIfAbsent(
                request.number(),
                _ -> RequestAttempts.begin(
                        new Route.DefaultModels(null),
                        requestLimits.terms(true, request.arrivedAt()),
                        request.estimate()));
        return turns(line.join(errand, request.number(), requestAttempts, keyPool, now));
    }

    /// As the gateway's `CommitGate` reports it.
    @Override
    public List<Turn> answering(Errand errand, Key key, Instant now) {
        var asking = new Asking(errand.request().number(), key);
        keyPool.answering(Objects.requireNonNull(attempts.get(asking)), now);
        return turns(line.reported(keyPool, now));
    }

    @Override
    public List<Turn> told(Errand errand, Key key, Reply reply, Instant now) {
        Request request = errand.request();
        Step.Attempt attempt = Objects.requireNonNull(attempts.remove(new Asking(request.number(), key)));
        switch (reply) {
            case Reply.Answered(var gauges) -> {
                requestAttemptss.remove(request.number());
                keyPool.answered(attempt, allowance(gauges), now);
            }
            case Reply.Limited(
                    var message,
                    var retryAfter,
                    var organisation,
                    var shown,
                    var gauges,
                    var counters,
                    var requested) ->
                failed(
                        request,
                        attempt,
                        new Failure.RateLimited(
                                message,
                                retryAfter == null ? resetOfTheExceeded(gauges, message) : retryAfter,
                                allowance(told(gauges, counters)),
                                organisation,
                                shown,
                                requested),
                        now);
            case Reply.Broken _ -> failed(request, attempt, new Failure.Unavailable("refused", null), now);
        }
        return turns(line.reported(keyPool, now));
    }

    @Override
    public Optional<Instant> nextMoment() {
        return line.nextWakeup();
    }

    @Override
    public List<Turn> due(Instant now) {
        return turns(line.due(keyPool, now));
    }

    private List<Turn> turns(List<WaitQueue.Turn<Errand>> turns) {
        return turns.stream()
                .map(turn -> new Turn(turn.who(), move(turn.who().request(), turn.step())))
                .toList();
    }

    private Move.Decided move(Request request, Step.Decided step) {
        return switch (step) {
            case Step.Attempt attempt -> {
                Key key = Objects.requireNonNull(keys.get(attempt.target().key().slot()));
                attempts.put(new Asking(request.number(), key), attempt);
                yield new Move.Ask(key);
            }
            case Step.GiveUp(var exhaustion) -> {
                requestAttemptss.remove(request.number());
                yield new Move.GiveUp(readyAt(exhaustion));
            }
        };
    }

    private void failed(Request request, Step.Attempt attempt, Failure failure, Instant now) {
        keyPool.failed(attempt, failure, now, chance.nextDouble());
        requestAttemptss.computeIfPresent(
                request.number(), (_, requestAttempts) -> requestAttempts.failedAt(attempt.failed(failure)));
    }

    /// The gateway reads the counters out of the words.
    private static List<Gauge> told(List<Gauge> gauges, @Nullable Gauge counters) {
        return Stream.concat(gauges.stream(), Stream.ofNullable(counters)).toList();
    }

    /// The gateway reads out of the words which limit it met, and out of the headers when that
    /// one is full again.
    private static @Nullable Duration resetOfTheExceeded(List<Gauge> gauges, String message) {
        return gauges.stream()
                .filter(gauge -> message.toLowerCase(Locale.ROOT)
                        .startsWith(gauge.header().replace("-", " per ") + " limit exceeded"))
                .map(Gauge::reset)
                .findFirst()
                .orElse(null);
    }

    private static RateLimitStatus allowance(List<Gauge> gauges) {
        return new RateLimitStatus(gauges.stream()
                .map(gauge -> new RateLimitStatus.Bucket(
                        gauge.header(), gauge.limit(), gauge.remaining(), gauge.reset(), gauge.evenly()))
                .toList());
    }

    private static @Nullable Instant readyAt(Exhaustion exhaustion) {
        return switch (exhaustion) {
            case Exhaustion.AllKeysFailed(var _, var _, var unavailability) -> unavailability.readyAt();
            case Exhaustion.AllProvidersFailed(var _, var unavailability) -> unavailability.readyAt();
            case Exhaustion.Stopped _, Exhaustion.NoSuchModel _, Exhaustion.DeadlinePassed _ -> null;
        };
    }
}
