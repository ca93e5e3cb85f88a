package io.keywheel.application.port.in;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.Reservation.LimitState;
import io.keywheel.domain.usage.EndedAttempt;
import java.util.Map;

/// Observes the limits and the token usage of one chat. Called on the thread of the chat; must neither block nor
/// throw. An exception is logged and does not change the chat. The same applies to a `LinkageError`, an
/// `AssertionError` and a `StackOverflowError`; any other error ends the chat.
public interface UsageSink {

    UsageSink NONE = new UsageSink() {};

    /// The client's limits admit the chat.
    ///
    /// @param limitStates the state of the client's limits per minute at that time; empty without such limits
    default void admitted(Map<ClientLimit, LimitState> limitStates) {}

    /// A limit of the client refuses the chat.
    default void refused(Map<ClientLimit, LimitState> limitStates) {}

    /// The gateway itself refuses an admitted chat, which then does not count towards the limits.
    default void withdrawn() {}

    /// An attempt has ended. Others may follow.
    ///
    /// @param tokens the tokens used by the attempt: none if the provider cannot have worked on it, and an estimate
    ///     if it reported no usage, or the answer broke off
    default void ended(EndedAttempt attempt, TokenUsage tokens) {}
}
