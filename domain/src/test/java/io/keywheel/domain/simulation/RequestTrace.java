package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.simulation.Scenario.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request under way, as the referee keeps it on record.
final class RequestTrace {

    /// An attempt; one is itself and no other, however alike.
    static final class Asked {
        final Step.Attempt attempt;
        final Instant deadline;

        @Nullable
        Failure failure;

        /// What it had spent when it ended.
        int spentCalls;

        long spentTokens;

        Asked(Step.Attempt attempt, Instant deadline) {
            this.attempt = attempt;
            this.deadline = deadline;
        }

        /// At most what was thought beforehand.
        void spends(int calls, long tokens) {
            spentCalls = calls;
            spentTokens = Math.min(tokens, attempt.estimatedTokens());
        }

        Instant begun() {
            return attempt.startedAt();
        }

        PoolKey key() {
            return attempt.target().key();
        }

        /// Whether it met a limit that may be one of this host.
        private boolean metALimitOfNobody() {
            return failure instanceof Failure.RateLimited limited
                    && !Pauses.isShown(limited, attempt.estimatedTokens());
        }

        private boolean wasATrial(@Nullable Scope trouble) {
            return attempt.probes().contains(new Scope.OfProvider(key().provider()))
                    || (trouble != null && metWhatItWasSentFor(trouble));
        }

        /// Whether it was sent to see if the trouble that it then met was over.
        private boolean metWhatItWasSentFor(Scope trouble) {
            return attempt.probes().contains(trouble);
        }
    }

    final Request request;
    final List<Asked> asked = new ArrayList<>();
    RequestAttempts requestAttempts;

    /// Counts decisions, so that a wake-up call for an older one is not heard.
    int decisions;

    boolean waits;

    RequestTrace(Request request, Instant now) {
        this.request = request;
        this.requestAttempts =
                RequestAttempts.begin(request.route(), request.limits().terms(request.fallback(), now), request.need());
    }

    Instant deadline() {
        return requestAttempts.terms().deadline();
    }

    /// In tokens, as it is known by now of that provider.
    long need(ProviderId provider) {
        long need = request.need();
        for (Asked attempt : asked) {
            if (attempt.key().provider().equals(provider) && attempt.failure instanceof Failure.RateLimited limited) {
                need = Math.max(need, limited.requested());
            }
        }
        return need;
    }

    boolean hasAsked(PoolKey key) {
        return asked.stream().anyMatch(attempt -> attempt.key().slot().equals(key.slot()));
    }

    int asked(ProviderId provider) {
        return (int) asked.stream()
                .filter(attempt -> attempt.key().provider().equals(provider))
                .count();
    }

    @Nullable
    Failure lastFailure() {
        return asked.isEmpty() ? null : asked.getLast().failure;
    }

    boolean isRefusedBy(ProviderId provider) {
        return asked.stream()
                .anyMatch(attempt -> attempt.key().provider().equals(provider)
                        && (attempt.failure instanceof Failure.TooLarge
                                || attempt.failure instanceof Failure.Unsupported));
    }

    /// Whether it found the provider in trouble, having been sent there as to one in good health, or the other
    /// way.
    boolean metTroubleOf(ProviderId provider, boolean onTrial) {
        for (Asked attempt : asked) {
            if (attempt.key().provider().equals(provider) && attempt.failure != null) {
                Scope scope = ReferenceModel.scope(attempt.failure, attempt.attempt.target());
                if (onTrial && attempt.metALimitOfNobody() && attempt.wasATrial(scope)) {
                    return true;
                }
                if (scope != null && ReferenceModel.isWide(scope) && attempt.metWhatItWasSentFor(scope) == onTrial) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "request " + request.number();
    }
}
