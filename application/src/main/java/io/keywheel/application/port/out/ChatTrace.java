package io.keywheel.application.port.out;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.TraceContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Follows one chat from its beginning to its end. Called on the chat's thread: it must neither block nor throw.
public interface ChatTrace {

    /// The trace of a chat that is not traced.
    ChatTrace NONE = new ChatTrace() {};

    /// The chat has waited in the queue.
    default void waited(Duration wait) {}

    /// An attempt begins. At most one attempt is in flight.
    default void began(Step.Attempt attempt) {}

    /// The current attempt at a stream has received its first content, or has been answered without any.
    default void answering() {}

    default void ended(Step.Attempt attempt, LlmReply reply) {}

    /// The chat has ended.
    ///
    /// @param failure the exception; null for a complete answer
    default void ended(@Nullable Throwable failure) {}

    /// The trace context of the latest attempt; null for a chat that is not traced.
    default @Nullable TraceContext context() {
        return null;
    }
}
