package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Calls and quota reports of one quota group.
abstract class AdmissionFixture extends PoolFixture {

    static final SpentTokens ALL = new SpentTokens(1, Long.MAX_VALUE);
    static final PoolKey KEY = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "a"), "00000000");

    /// The bucket refills 100 tokens per second.
    static final Bucket TOKENS = new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true);

    final AdmissionControl admission = new AdmissionControl();

    void report(Instant begun, List<Bucket> left) {
        admission.answered(call(begun, 0), new RateLimitStatus(left), ALL, begun);
    }

    void accept(Instant at, long need) {
        admission.begin(KEY, at, need);
        admission.answered(call(at, need), RateLimitStatus.UNKNOWN, ALL, at);
    }

    void assertHolds(long tokens, Instant now) {
        assertNull(admission.quotaBlock(tokens, now));
        assertNotNull(admission.quotaBlock(tokens + 1, now));
    }

    static Step.Attempt call(Instant begun, long need) {
        return new Step.Attempt(new Target(KEY, BIG, true), Set.of(), begun, need, 0);
    }

    static Bucket requests(long remaining) {
        return new Bucket("requests", 30L, remaining, A_MINUTE);
    }

    static Bucket tokens(long remaining) {
        return new Bucket("tokens", 8000L, remaining, A_MINUTE);
    }
}
