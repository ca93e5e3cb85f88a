package io.keywheel.application.port.in;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.Reservation.Standing;
import io.keywheel.domain.routing.Target;
import java.util.Map;

/// Takes what becomes of one chat at its client's limits, and what it uses. Called on the thread of the chat; must
/// neither block nor throw.
public interface UsageSink {

    UsageSink NONE = new UsageSink() {};

    /// The chat may begin.
    ///
    /// @param standings how the client's limits per minute stand then; none where it has no such limits
    default void admitted(Map<ClientLimit, Standing> standings) {}

    /// The client is at a limit.
    default void refused(Map<ClientLimit, Standing> standings) {}

    /// What an attempt has spent, which may be the last one. A provider that says nothing, and an answer that was
    /// left or broken off, are estimated.
    default void spent(Target target, TokenUsage tokens) {}
}
