package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Why a request ends without an answer.
public sealed interface Exhaustion {

    /// The attempts that were made, oldest first.
    List<FailedAttempt> attempts();

    /// The same, with times of day for users.
    ///
    /// @param clock converts a moment to the time of day
    default Exhaustion at(UnaryOperator<Instant> clock) {
        return this instanceof AllFailed(var provider, var attempts, var unavailability, var outOfAttempts)
                ? new AllFailed(provider, attempts, unavailability.at(clock), outOfAttempts)
                : this;
    }

    /// No key of the route answered.
    ///
    /// @param provider the only one that the route leads to; null where it leads to more
    /// @param outOfAttempts whether a key was ready, and the request had no attempt left for it
    record AllFailed(
            @Nullable ProviderId provider,
            List<FailedAttempt> attempts,
            Unavailability unavailability,
            boolean outOfAttempts)
            implements Exhaustion {
        public AllFailed {
            attempts = List.copyOf(attempts);
        }

        /// The end of a request for which no key was ready.
        public AllFailed(@Nullable ProviderId provider, List<FailedAttempt> attempts, Unavailability unavailability) {
            this(provider, attempts, unavailability, false);
        }

        /// Whether rate limits are the only reason, and there is one. Keys that do not work at all are no
        /// reason unless one of them was asked.
        public boolean isByRateLimit() {
            if (outOfAttempts) {
                return false;
            }
            var failures = attempts.stream().map(attempt -> attempt.failure().kind());
            var kinds = Stream.concat(failures, unavailability.inThePool()).collect(Collectors.toSet());
            return !unavailability.readyAt().equals(Instant.MAX) && kinds.equals(Set.of(Failure.Kind.RATE_LIMITED));
        }
    }

    /// The request names models, and no working key may use one of them: waiting would not help.
    ///
    /// @param route the part of the route that could be asked
    record NoSuchModel(Route route, List<FailedAttempt> attempts) implements Exhaustion {
        public NoSuchModel {
            attempts = List.copyOf(attempts);
        }
    }

    /// The failure of the last attempt is the answer: another attempt would not help, or the request allows none.
    record Stopped(List<FailedAttempt> attempts) implements Exhaustion {
        public Stopped {
            attempts = List.copyOf(attempts);
        }
    }

    /// The gateway was closed before the request could be answered.
    record Closed(List<FailedAttempt> attempts) implements Exhaustion {
        public Closed {
            attempts = List.copyOf(attempts);
        }
    }

    /// The request's time is up.
    record DeadlinePassed(List<FailedAttempt> attempts) implements Exhaustion {
        public DeadlinePassed {
            attempts = List.copyOf(attempts);
        }
    }
}
