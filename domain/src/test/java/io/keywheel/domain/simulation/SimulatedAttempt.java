package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.SpentTokens;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;

/// An attempt, compared by identity.
final class SimulatedAttempt {

    final Step.Attempt attempt;
    final Instant deadline;

    /// What the attempt had spent at its end, at most the estimate.
    SpentTokens spent = SpentTokens.NOTHING;

    SimulatedAttempt(Step.Attempt attempt, Instant deadline) {
        this.attempt = attempt;
        this.deadline = deadline;
    }

    void spends(int calls, long tokens) {
        spent = new SpentTokens(calls, Math.min(tokens, attempt.estimatedTokens()));
    }

    Instant begun() {
        return attempt.startedAt();
    }

    PoolKey key() {
        return attempt.target().key();
    }

    ModelId model() {
        return attempt.target().model();
    }

    ProviderId provider() {
        return attempt.target().provider();
    }
}
