package io.keywheel.application.port.in;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.Reservation.Standing;
import io.keywheel.domain.usage.EndedAttempt;
import java.util.Map;

/// Takes what becomes of one chat at its client's limits, and what it uses. Called on the thread of the chat; must
/// neither block nor throw.
public interface UsageSink {

    UsageSink NONE = new UsageSink() {};

    /// The chat may begin.
    ///
    /// @param standings how the client's limits per minute stand then; none where it has no such limits
    default void admitted(Map<ClientLimit, Standing> standings) {}

    /// The client is at a limit, or asks for more than it.
    default void refused(Map<ClientLimit, Standing> standings) {}

    /// The gateway itself refuses the chat that was let in: it does not count.
    default void withdrawn() {}

    /// An attempt has ended, which may be the last one.
    ///
    /// @param tokens what it has spent, estimated where the provider says nothing, and for an answer that was left
    default void ended(EndedAttempt attempt, TokenUsage tokens) {}
}
