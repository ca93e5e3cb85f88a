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

        /// The same, as users read it. An attempt stays in the core: its moments are for durations.
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
    /// @param probes what this attempt is the probe of; empty for an everyday one
    /// @param estimatedTokens the tokens its request may use up, as far as can be estimated; 0 for unknown
    /// @param generation how many times keys had joined or left. It tells the attempt from one with a key that was
    ///     there before, which a moment cannot: both may be decided on at the same one
    record Attempt(Target target, Set<Scope> probes, Instant startedAt, long estimatedTokens, int generation)
            implements Decided, KeySelection {

        public Attempt {
            probes = Set.copyOf(probes);
            estimatedTokens = RateLimitStatus.bounded(estimatedTokens);
        }

        /// This attempt, made at `now` and not when it was decided on.
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

    /// Ask again at `until`, or as soon as something is reported. [WaitQueue] does.
    record Wait(Instant until) implements Step {}

    /// There is no answer to be had.
    record GiveUp(Exhaustion exhaustion) implements Decided {}
}
