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

    /// An attempt begins. One at a time is under way.
    default void began(Step.Attempt attempt) {}

    /// The first content of the attempt under way has come.
    default void answering() {}

    /// The attempt under way has ended.
    default void ended(Step.Attempt attempt, LlmReply reply) {}

    /// The chat has ended.
    ///
    /// @param because null for a complete answer
    default void ended(@Nullable Throwable because) {}

    /// The place in the trace of the attempt that began last; null for a chat that is not traced.
    default @Nullable TraceContext context() {
        return null;
    }
}
