package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.KeyChooser;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.ProviderProfile;
import java.time.Instant;
import java.util.List;

/// What is put to the test: a chooser, and what follows from its choices.
interface Rotation extends KeyChooser {

    default Step next(Journey journey, Instant now) {
        return Failover.next(journey, this, now);
    }

    void answering(Step.Attempt attempt, Instant now);

    void answered(Step.Attempt attempt, Allowance allowance, long spent, Instant now);

    void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance);

    /// The wheel, as it is. Convicts bend it.
    class OfWheel implements Rotation {

        final Wheel wheel;

        OfWheel(List<ProviderProfile> pool) {
            wheel = new Wheel(pool);
        }

        @Override
        public Choice choose(Journey journey, Instant now) {
            return wheel.choose(journey, now);
        }

        @Override
        public Shortage shortage(Journey journey, Instant now) {
            return wheel.shortage(journey, now);
        }

        @Override
        public void answering(Step.Attempt attempt, Instant now) {
            wheel.answering(attempt, now);
        }

        @Override
        public void answered(Step.Attempt attempt, Allowance allowance, long spent, Instant now) {
            wheel.answered(attempt, allowance, spent, now);
        }

        @Override
        public void failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
            wheel.failed(attempt, failure, spent, now, chance);
        }

        /// Ends the trials of a choice that is not made use of.
        void callOff(Choice choice, Journey journey, Instant now) {
            if (choice instanceof Choice.Chosen(var target, var trials)) {
                wheel.failed(new Step.Attempt(target, trials, now, journey.need()), new Failure.Cancelled(), now, 0);
            }
        }
    }
}
