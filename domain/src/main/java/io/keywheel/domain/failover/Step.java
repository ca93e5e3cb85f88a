package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.Set;

/// What to do next for a request.
public sealed interface Step {

    /// A step that is something to do now.
    sealed interface Decided extends Step {}

    /// Ask this key for this model, and report how it went.
    ///
    /// @param trials what this attempt is the trial of; empty for an everyday one
    /// @param need the tokens its request may use up, as far as can be estimated; 0 for unknown
    /// @param generation that of the keys it was decided on among
    record Attempt(Target target, Set<Scope> trials, Instant startedAt, long need, int generation) implements Decided {

        public Attempt {
            trials = Set.copyOf(trials);
            need = Allowance.bounded(need);
        }

        /// One of the first generation.
        public Attempt(Target target, Set<Scope> trials, Instant startedAt, long need) {
            this(target, trials, startedAt, need, 0);
        }

        /// One of a request of which nobody knows what it needs.
        public Attempt(Target target, Set<Scope> trials, Instant startedAt) {
            this(target, trials, startedAt, 0);
        }

        /// This attempt, made at `now` and not when it was decided on.
        public Attempt begunAt(Instant now) {
            return new Attempt(target, trials, now, need, generation);
        }

        /// This attempt, having failed.
        public FailedAttempt failed(Failure failure) {
            boolean ofScope = Scope.of(failure, target).filter(trials::contains).isPresent();
            boolean ofHost = Journey.isOfTheHost(failure) && trials.contains(new Scope.OfProvider(target.provider()));
            return new FailedAttempt(target, failure, ofScope || ofHost);
        }
    }

    /// Ask again at `until`, or as soon as something is reported. [WaitingLine] does.
    record Wait(Instant until) implements Step {}

    /// There is no answer to be had.
    record GiveUp(Exhaustion exhaustion) implements Decided {}
}
