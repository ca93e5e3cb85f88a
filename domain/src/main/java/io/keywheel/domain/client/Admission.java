package io.keywheel.domain.client;

import java.time.Duration;

/// Whether a client's request may begin.
public sealed interface Admission {

    /// It may. What it uses is settled by [ClientBudget#settle].
    record Admitted(Reservation reservation) implements Admission {}

    /// Not now.
    ///
    /// @param limit the one that is free last
    /// @param retryAfter when all are free, if nothing else of the client begins until then
    record Limited(ClientLimit limit, long most, Duration retryAfter) implements Admission {}

    /// Never: the request alone needs more than the limit.
    record TooLarge(ClientLimit limit, long most) implements Admission {}
}
