package io.keywheel.domain.client;

import io.keywheel.domain.client.Reservation.LimitState;
import java.time.Duration;
import java.util.Map;

/// Whether a client's request may begin, by the limits of its client.
public sealed interface BudgetCheck {

    /// The request may begin. [ClientBudget#settle] settles its usage at the end.
    record Passed(Reservation reservation) implements BudgetCheck {}

    /// A limit refuses the request for now.
    ///
    /// @param limit the limit with the longest wait
    /// @param remaining what is left of that limit: less than the request needs
    /// @param retryAfter how long until all limits have room, if the client begins no other request until then
    /// @param limitStates the state of the limits per minute, as in [Reservation#limitStates]
    record Limited(
            ClientLimit limit, long most, long remaining, Duration retryAfter, Map<ClientLimit, LimitState> limitStates)
            implements BudgetCheck {

        public Limited {
            limitStates = Map.copyOf(limitStates);
        }
    }

    /// The request alone exceeds the limit, so waiting would not help.
    ///
    /// @param limitStates the state of the limits per minute, as in [Reservation#limitStates]
    record TooLarge(ClientLimit limit, long most, Map<ClientLimit, LimitState> limitStates) implements BudgetCheck {

        public TooLarge {
            limitStates = Map.copyOf(limitStates);
        }
    }
}
