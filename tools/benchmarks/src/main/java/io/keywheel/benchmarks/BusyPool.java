package io.keywheel.benchmarks;

import io.keywheel.benchmarks.KeyPoolBenchmark.ChatPath;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A key pool in virtual time, and its requests.
final class BusyPool {

    private static final ModelId MODEL = new ModelId("openai/gpt-oss-120b");
    private static final RequestLimits LIMITS =
            new RequestLimits(0, Duration.ZERO, 0, Duration.ofMinutes(2), Duration.ZERO);
    private static final Duration BETWEEN_REQUESTS = Duration.ofNanos(1000);
    private static final double NO_SPREAD = 0.5;

    /// As both providers report with each answer.
    private static final RateLimitStatus PLENTY = new RateLimitStatus(List.of(
            new RateLimitStatus.Bucket("requests-day", 14_400L, 14_370, Duration.ofMinutes(3)),
            new RateLimitStatus.Bucket("tokens-minute", 60_000L, 50_000, Duration.ofSeconds(5))));

    private final Route route;
    private final KeyPool keyPool;
    private Instant now = Instant.parse("2026-11-25T12:00:00Z");

    private static final RateLimitStatus ONE_REQUEST =
            new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests-minute", 30L, 1, Duration.ofMinutes(1))));

    BusyPool(ChatPath path, int keys, int keysPerGroup) {
        var first = new ProviderId("first");
        keyPool = new KeyPool(
                switch (path) {
                    case A ->
                        List.of(
                                provider(first, keys / 2, keysPerGroup),
                                provider(new ProviderId("second"), keys / 2, keysPerGroup));
                    case B -> List.of(provider(first, keys, keysPerGroup));
                },
                VirtualModels.NONE,
                false);
        route = switch (path) {
            case A -> Route.AUTO;
            case B -> Route.to(first, MODEL);
        };
    }

    private static ProviderProfile provider(ProviderId id, int keys, int keysPerGroup) {
        var all = new ArrayList<PoolKey>();
        for (int i = 0; i < keys; i++) {
            all.add(new PoolKey(
                    new KeySlot(id, i + 1), new QuotaGroup(id, "org_" + i / keysPerGroup), "%08x".formatted(i)));
        }
        return new ProviderProfile(id, MODEL, all, 0);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Step next() {
        pass(BETWEEN_REQUESTS);
        return Failover.next(RequestAttempts.begin(route, LIMITS.terms(true, now), TokenEstimate.of(0)), keyPool, now);
    }

    Step.Attempt attempt() {
        return switch (next()) {
            case Step.Attempt attempt -> attempt;
            case Step.Wait _, Step.GiveUp _ -> throw new IllegalStateException("no key is ready");
        };
    }

    List<PoolEvent> answered(Step.Attempt attempt) {
        return keyPool.answered(attempt, null, PLENTY, attempt.estimatedTokens(), now);
    }

    /// The provider admits one more request.
    List<PoolEvent> answeredForTheLastButOne(Step.Attempt attempt) {
        return keyPool.answered(attempt, null, ONE_REQUEST, attempt.estimatedTokens(), now);
    }

    List<PoolEvent> failed(Step.Attempt attempt, Failure failure) {
        return keyPool.failed(attempt, null, failure, 0, now, NO_SPREAD);
    }

    void limitFirst(int requests, Duration retryAfter) {
        for (int i = 0; i < requests; i++) {
            failed(attempt(), limited(retryAfter));
        }
    }

    static Failure limited(Duration retryAfter) {
        return new Failure.RateLimited("rate limit reached", retryAfter, RateLimitStatus.UNKNOWN);
    }
}
