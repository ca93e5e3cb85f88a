package io.keywheel.domain.failover;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.Set;

/// The next step of a request.
public sealed interface Step {

    /// A step to carry out now.
    sealed interface Decided extends Step {}

    /// Call the model with this key, and report the outcome.
    ///
    /// @param probes the scopes that this attempt probes; empty for most attempts
    /// @param estimatedTokens the tokens that the request may use; 0 for unknown
    /// @param generation the number of reloads before the attempt. It distinguishes the attempt from one with an
    ///     earlier key of the same name, which may have the same start
    record Attempt(Target target, Set<Scope> probes, Instant startedAt, long estimatedTokens, int generation)
            implements Decided, KeySelector.Selection {

        public Attempt {
            probes = Set.copyOf(probes);
            estimatedTokens = RateLimitStatus.bounded(estimatedTokens);
        }

        public Attempt begunAt(Instant now) {
            return new Attempt(target, probes, now, estimatedTokens, generation);
        }

        /// This attempt, failed with `reported`. A rate limit may depend on the size of the request.
        public FailedAttempt failed(Failure reported) {
            Failure failure =
                    reported instanceof Failure.RateLimited limited ? limited.forRequestOf(estimatedTokens) : reported;
            boolean ofScope = Scope.of(failure, target).filter(probes::contains).isPresent();
            boolean ofHost = RequestAttempts.mayBeHostThrottling(failure)
                    && probes.contains(new Scope.OfProvider(target.provider()));
            return new FailedAttempt(target, failure, ofScope || ofHost, generation);
        }
    }

    /// Decide anew at `until`, or after the next report, as [WaitQueue] does.
    record Wait(Instant until) implements Step {}

    /// End the request without an answer.
    record GiveUp(Exhaustion exhaustion) implements Decided {}
}
