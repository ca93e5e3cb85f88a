package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.VirtualModels;
import java.time.Instant;
import java.util.List;

/// The tested system: a key pool and its failover. Each mutant overrides one behaviour.
public class Rotation implements KeySelector {

    public final KeyPool keyPool;

    public Rotation(List<ProviderProfile> pool) {
        keyPool = new KeyPool(pool, VirtualModels.NONE, false);
    }

    Step next(RequestAttempts requestAttempts, Instant now) {
        return Failover.next(requestAttempts, this, now);
    }

    @Override
    public KeySelector.Selection choose(RequestAttempts requestAttempts, Instant now) {
        return keyPool.choose(requestAttempts, now);
    }

    @Override
    public void withdraw(Step.Attempt attempt, RequestAttempts requestAttempts, Instant now) {
        keyPool.withdraw(attempt, requestAttempts, now);
    }

    @Override
    public List<ProviderProfile> providers(RequestAttempts requestAttempts) {
        return keyPool.providers(requestAttempts);
    }

    @Override
    public Unavailability unavailability(RequestAttempts requestAttempts, Instant now) {
        return keyPool.unavailability(requestAttempts, now);
    }

    void answering(Step.Attempt attempt, Instant now) {
        keyPool.answering(attempt, now);
    }

    void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
        keyPool.answered(attempt, null, rateLimitStatus, spent, now);
    }

    void keep(long conversation, Step.Attempt attempt, Instant until) {
        keyPool.preferGroup(conversation, attempt, until);
    }

    void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
        keyPool.failed(attempt, null, failure, spent, now, chance);
    }
}
