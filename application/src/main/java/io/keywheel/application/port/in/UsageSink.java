package io.keywheel.application.port.in;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.Reservation.Standing;
import io.keywheel.domain.usage.EndedAttempt;
import java.util.Map;

/// Observes how the client's limits treat one chat, and what the chat uses. Called on the thread of the chat; must
/// neither block nor throw.
public interface UsageSink {

    UsageSink NONE = new UsageSink() {};

    /// The chat may begin.
    ///
    /// @param standings how the client's limits per minute stand then; none where it has no such limits
    default void admitted(Map<ClientLimit, Standing> standings) {}

    /// The client is at a limit, or asks for more than it.
    default void refused(Map<ClientLimit, Standing> standings) {}

    /// The gateway itself refuses an admitted chat: it does not count.
    default void withdrawn() {}

    /// An attempt has ended, which may be the last one.
    ///
    /// @param tokens what the attempt has spent: an estimate if the provider reported no usage, or the answer broke
    ///     off
    default void ended(EndedAttempt attempt, TokenUsage tokens) {}
}
