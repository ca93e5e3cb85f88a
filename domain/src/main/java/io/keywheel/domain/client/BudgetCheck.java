package io.keywheel.domain.client;

import io.keywheel.domain.client.Reservation.LimitState;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether a client's request may begin, by the limits of its client: it has a [Reservation], or is refused.
public sealed interface BudgetCheck permits Reservation, BudgetCheck.Refused {

    /// The state of the client's limits per minute.
    Map<ClientLimit, LimitState> limitStates();

    /// A limit refuses the request.
    ///
    /// @param limit the one with the longest wait, or the first that the request alone exceeds
    /// @param remaining what is left of that limit: less than the request needs
    /// @param retryAfter how long until all limits have room, if the client begins no other request until then;
    ///     null if the request alone exceeds the limit, so that waiting would not help
    record Refused(
            ClientLimit limit,
            long most,
            long remaining,
            @Nullable Duration retryAfter,
            Map<ClientLimit, LimitState> limitStates)
            implements BudgetCheck {

        public Refused {
            limitStates = Map.copyOf(limitStates);
        }
    }
}
