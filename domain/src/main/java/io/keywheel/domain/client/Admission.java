package io.keywheel.domain.client;

import io.keywheel.domain.client.Reservation.Standing;
import java.time.Duration;
import java.util.Map;

/// Whether a client's request may begin.
public sealed interface Admission {

    /// It may. What it uses is settled by [ClientBudget#settle].
    record Admitted(Reservation reservation) implements Admission {}

    /// Not now.
    ///
    /// @param limit the limit that has room last
    /// @param remaining what is left of it, which is less than the request needs
    /// @param retryAfter when all limits have room, if the client begins nothing else until then
    /// @param standings of the limits per minute, as in [Reservation#standings]
    record Limited(
            ClientLimit limit, long most, long remaining, Duration retryAfter, Map<ClientLimit, Standing> standings)
            implements Admission {

        public Limited {
            standings = Map.copyOf(standings);
        }
    }

    /// Never: the request alone needs more than the limit.
    ///
    /// @param standings of the limits per minute, as in [Reservation#standings]
    record TooLarge(ClientLimit limit, long most, Map<ClientLimit, Standing> standings) implements Admission {

        public TooLarge {
            standings = Map.copyOf(standings);
        }
    }
}
