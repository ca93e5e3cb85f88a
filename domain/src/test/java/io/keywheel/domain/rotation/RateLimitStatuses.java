package io.keywheel.domain.rotation;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;

/// Rate limit statuses for tests.
public final class RateLimitStatuses {

    private RateLimitStatuses() {}

    public static RateLimitStatus spentFor(Duration time) {
        return tokensLeft(0, time);
    }

    static RateLimitStatus requestsLeft(long requests, Duration reset) {
        return new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests", 30L, requests, reset)));
    }

    static RateLimitStatus tokensLeft(long tokens, Duration reset) {
        return new RateLimitStatus(List.of(
                new RateLimitStatus.Bucket("requests-day", 1000L, 17, Duration.ofHours(9)),
                new RateLimitStatus.Bucket("tokens-minute", 8000L, tokens, reset)));
    }
}
