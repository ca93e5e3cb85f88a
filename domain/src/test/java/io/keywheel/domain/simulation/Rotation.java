package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Instant;
import java.util.List;

/// What is put to the test: a chooser, and what follows from its choices.
interface Rotation extends KeySelector {

    default Step next(RequestAttempts requestAttempts, Instant now) {
        return Failover.next(requestAttempts, this, now);
    }

    void answering(Step.Attempt attempt, Instant now);

    void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now);

    void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance);

    /// The wheel, as it is. Convicts bend it.
    class OfWheel implements Rotation {

        final KeyPool keyPool;

        OfWheel(List<ProviderProfile> pool) {
            keyPool = new KeyPool(pool);
        }

        @Override
        public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
            return keyPool.choose(requestAttempts, now);
        }

        @Override
        public Unavailability shortage(RequestAttempts requestAttempts, Instant now) {
            return keyPool.shortage(requestAttempts, now);
        }

        @Override
        public void answering(Step.Attempt attempt, Instant now) {
            keyPool.answering(attempt, now);
        }

        @Override
        public void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
            keyPool.answered(attempt, rateLimitStatus, spent, now);
        }

        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            keyPool.failed(attempt, failure, spent, now, chance);
        }

        /// Ends the trials of a choice that is not made use of.
        void callOff(KeySelection keySelection, RequestAttempts requestAttempts, Instant now) {
            if (keySelection instanceof KeySelection.Chosen(var target, var trials)) {
                keyPool.failed(
                        new Step.Attempt(target, trials, now, requestAttempts.estimatedTokens()),
                        new Failure.Cancelled(),
                        now,
                        0);
            }
        }
    }
}
