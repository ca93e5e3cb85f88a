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

    /// A copy with wall-clock times, for users.
    ///
    /// @param clock converts an instant of the core to wall-clock time
    default Exhaustion at(UnaryOperator<Instant> clock) {
        return this instanceof AllFailed(var provider, var unavailability, var outOfAttempts)
                ? new AllFailed(provider, unavailability.at(clock), outOfAttempts)
                : this;
    }

    /// No key of the route answered.
    ///
    /// @param provider the only provider of the route; null if it has several
    /// @param outOfAttempts whether a key was ready, but the request had used all its attempts
    record AllFailed(@Nullable ProviderId provider, Unavailability unavailability, boolean outOfAttempts)
            implements Exhaustion {
        /// Whether rate limits alone prevented an answer. Refused keys and blocked accounts count only if an
        /// attempt used one.
        public boolean isByRateLimit(List<FailedAttempt> attempts) {
            if (outOfAttempts) {
                return false;
            }
            var failures = attempts.stream().map(attempt -> attempt.failure().kind());
            var kinds =
                    Stream.concat(failures, unavailability.usableKeyReasons()).collect(Collectors.toSet());
            return !unavailability.readyAt().equals(Instant.MAX) && kinds.equals(Set.of(Failure.Kind.RATE_LIMITED));
        }
    }

    /// No working key can use any model that the request names, so waiting would not help.
    ///
    /// @param route the part of the route that the request may use
    record NoSuchModel(Route route) implements Exhaustion {}

    /// The failure of the last attempt is returned: another attempt would not help, or the request allows none.
    record Stopped() implements Exhaustion {}

    /// The gateway was closed before the request could be answered.
    record Closed() implements Exhaustion {}

    /// The request's deadline has passed.
    record DeadlinePassed() implements Exhaustion {}
}
