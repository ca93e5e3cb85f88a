package io.keywheel.domain.simulation;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.simulation.Scenario.Request;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// State of a request in progress.
final class SimulatedRequest {

    private static final int MOST_WITH_REPEATS = 100;

    final Request request;
    RequestAttempts attempts;

    /// Counts decisions, so that timers of older decisions are ignored.
    int decisions;

    SimulatedRequest(Request request, Instant now) {
        this.request = request;
        this.attempts = RequestAttempts.begin(
                        request.route(),
                        request.limits().terms(request.fallback(), now),
                        TokenEstimate.of(request.need()))
                .inConversation(request.conversation());
    }

    Instant deadline() {
        return attempts.terms().deadline();
    }

    boolean hasAsked(PoolKey key, ModelId model) {
        return !attempts.atStart() && asked(key, model).findAny().isPresent();
    }

    /// Whether the request may retry a key whose only failures are rate limits.
    boolean mayRetryLimitedKeys(PoolKey key, ModelId model) {
        return attempts.failed().size() < MOST_WITH_REPEATS
                && attempts.terms().mayWait()
                && asked(key, model).allMatch(attempt -> attempt.failure() instanceof Failure.RateLimited);
    }

    private Stream<FailedAttempt> asked(PoolKey key, ModelId model) {
        return attempts.failed().stream()
                .filter(attempt -> attempt.target().key().slot().equals(key.slot())
                        && attempt.target().model().equals(model));
    }

    @Nullable
    Failure lastFailure() {
        return attempts.atStart() ? null : attempts.failed().getLast().failure();
    }

    @Override
    public String toString() {
        return "request " + request.number();
    }
}
