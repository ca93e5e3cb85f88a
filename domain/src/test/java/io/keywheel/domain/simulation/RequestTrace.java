package io.keywheel.domain.simulation;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.simulation.Scenario.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// State of a request in progress, as the oracle tracks it.
final class RequestTrace {

    /// An attempt, compared by identity.
    static final class Asked {
        final Step.Attempt attempt;
        final Instant deadline;

        @Nullable
        Failure failure;

        /// What the attempt had spent at its end.
        int spentCalls;

        long spentTokens;

        Asked(Step.Attempt attempt, Instant deadline) {
            this.attempt = attempt;
            this.deadline = deadline;
        }

        /// Records the spent tokens, at most the estimate.
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

        boolean probed(@Nullable Scope scope) {
            return scope != null && attempt.probes().contains(scope);
        }

        /// Whether the attempt failed by a rate limit that may be throttling of this host.
        private boolean mayBeThrottledAsHost() {
            return failure instanceof Failure.RateLimited limited
                    && !Pauses.isShown(limited, attempt.estimatedTokens());
        }
    }

    private static final int MOST_WITH_REPEATS = 100;

    final Request request;
    final List<Asked> asked = new ArrayList<>();
    RequestAttempts requestAttempts;

    /// Counts decisions, so that timers of older decisions are ignored.
    int decisions;

    boolean waits;

    RequestTrace(Request request, Instant now) {
        this.request = request;
        this.requestAttempts = RequestAttempts.begin(
                        request.route(),
                        request.limits().terms(request.fallback(), now),
                        TokenEstimate.of(request.need()))
                .inConversation(request.conversation());
    }

    Instant deadline() {
        return requestAttempts.terms().deadline();
    }

    /// The estimated tokens at `provider`, raised by its rate limits.
    long need(ProviderId provider) {
        return asked(provider)
                .mapToLong(attempt -> attempt.failure instanceof Failure.RateLimited limited ? limited.requested() : 0)
                .reduce(request.need(), Math::max);
    }

    boolean hasAsked(PoolKey key, ModelId model) {
        return asked(key, model).findAny().isPresent();
    }

    /// Whether the request may retry a key whose only failures are rate limits.
    boolean mayRetryLimitedKeys(PoolKey key, ModelId model, Instant now) {
        return asked.size() < MOST_WITH_REPEATS
                && now.isBefore(requestAttempts.terms().waitUntil())
                && now.isBefore(deadline())
                && asked(key, model).allMatch(attempt -> attempt.failure instanceof Failure.RateLimited);
    }

    private Stream<Asked> asked(PoolKey key, ModelId model) {
        return asked(key.provider(), model)
                .filter(attempt -> attempt.key().slot().equals(key.slot()));
    }

    Stream<Asked> asked(ProviderId provider, ModelId model) {
        return asked(provider)
                .filter(attempt -> attempt.attempt.target().model().equals(model));
    }

    Stream<Asked> asked(ProviderId provider) {
        return asked.stream().filter(attempt -> attempt.key().provider().equals(provider));
    }

    @Nullable
    Failure lastFailure() {
        return asked.isEmpty() ? null : asked.getLast().failure;
    }

    boolean isRefusedBy(ProviderId provider, ModelId model) {
        return asked(provider, model)
                .anyMatch(attempt ->
                        attempt.failure instanceof Failure.TooLarge || attempt.failure instanceof Failure.Unsupported);
    }

    /// Whether an attempt of the request, as a probe or not, failed by an outage of the provider.
    boolean sawOutageOf(ProviderId provider, ModelId model, boolean asProbe) {
        return asked(provider).anyMatch(attempt -> {
            Failure failure = attempt.failure;
            Scope scope = failure == null ? null : ReferenceModel.scope(failure, attempt.attempt.target());
            boolean asHost = attempt.probed(new Scope.OfProvider(provider)) || attempt.probed(scope);
            return (asProbe && attempt.mayBeThrottledAsHost() && asHost)
                    || (scope != null && isWide(scope, model) && attempt.probed(scope) == asProbe);
        });
    }

    /// Whether an attempt at that model, not a probe, failed by an outage.
    boolean sawOutageAt(ProviderId provider, ModelId model) {
        return asked(provider, model).anyMatch(attempt -> {
            Failure failure = attempt.failure;
            Scope scope = failure == null ? null : ReferenceModel.scope(failure, attempt.attempt.target());
            return scope != null && isWide(scope, model) && !attempt.probed(scope);
        });
    }

    private static boolean isWide(Scope scope, ModelId model) {
        return ReferenceModel.isWide(scope)
                && !(scope instanceof Scope.OfModel one && !one.model().equals(model));
    }

    @Override
    public String toString() {
        return "request " + request.number();
    }
}
