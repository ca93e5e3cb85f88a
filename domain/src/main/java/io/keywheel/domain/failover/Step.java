package io.keywheel.domain.failover;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What to do next for a request.
public sealed interface Step {

    /// A step that is something to do now.
    sealed interface Decided extends Step {

        /// The same, with times of day for users. An attempt keeps its moments, because only durations are made
        /// of them.
        ///
        /// @param clock converts a moment to the time of day
        default Decided at(UnaryOperator<Instant> clock) {
            return switch (this) {
                case Attempt attempt -> attempt;
                case GiveUp(var exhaustion) -> new GiveUp(exhaustion.at(clock));
            };
        }
    }

    /// Ask this key for this model, and report how it went.
    ///
    /// @param probes the scopes that this attempt probes; empty for most attempts
    /// @param estimatedTokens the tokens that its request may use; 0 for unknown
    /// @param generation how many times keys had joined or left. It distinguishes the attempt from one with an
    ///     earlier key of that name, which the start cannot: both may have the same
    record Attempt(Target target, Set<Scope> probes, Instant startedAt, long estimatedTokens, int generation)
            implements Decided, KeySelection {

        public Attempt {
            probes = Set.copyOf(probes);
            estimatedTokens = RateLimitStatus.bounded(estimatedTokens);
        }

        /// This attempt, begun at `now` and not when it was decided on.
        public Attempt begunAt(Instant now) {
            return new Attempt(target, probes, now, estimatedTokens, generation);
        }

        /// This attempt, having failed.
        public FailedAttempt failed(Failure failure) {
            boolean ofScope = Scope.of(failure, target).filter(probes::contains).isPresent();
            boolean ofHost = RequestAttempts.mayBeHostThrottling(failure)
                    && probes.contains(new Scope.OfProvider(target.provider()));
            return new FailedAttempt(target, failure, ofScope || ofHost);
        }
    }

    /// Decide anew at `until`, or after the next report, as [WaitQueue] does.
    record Wait(Instant until) implements Step {}

    /// End the request without an answer.
    record GiveUp(Exhaustion exhaustion) implements Decided {}
}
