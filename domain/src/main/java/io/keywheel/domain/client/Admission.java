package io.keywheel.domain.client;

import io.keywheel.domain.client.Reservation.Standing;
import java.time.Duration;
import java.util.Map;

/// Whether a client's request may begin.
public sealed interface Admission {

    /// The request may begin. [ClientBudget#settle] settles its usage at the end.
    record Admitted(Reservation reservation) implements Admission {}

    /// A limit refuses the request for now.
    ///
    /// @param limit the limit with the longest wait
    /// @param remaining what is left of that limit: less than the request needs
    /// @param retryAfter how long until all limits have room, if the client begins no other request until then
    /// @param standings the state of the limits per minute, as in [Reservation#standings]
    record Limited(
            ClientLimit limit, long most, long remaining, Duration retryAfter, Map<ClientLimit, Standing> standings)
            implements Admission {

        public Limited {
            standings = Map.copyOf(standings);
        }
    }

    /// The request alone exceeds the limit, so waiting would not help.
    ///
    /// @param standings the state of the limits per minute, as in [Reservation#standings]
    record TooLarge(ClientLimit limit, long most, Map<ClientLimit, Standing> standings) implements Admission {

        public TooLarge {
            standings = Map.copyOf(standings);
        }
    }
}
