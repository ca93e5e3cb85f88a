package io.keywheel.application.port.out;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.TraceContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Follows one chat from its beginning to its end. Called on the chat's thread: it must neither block nor throw.
public interface ChatTrace {

    /// Of a chat that is not traced.
    ChatTrace NONE = new ChatTrace() {};

    /// The chat has waited in the queue for so long.
    default void waited(Duration wait) {}

    /// An attempt begins. One at a time is under way.
    default void began(Step.Attempt attempt) {}

    /// The first content of the attempt under way has come.
    default void answering() {}

    /// The attempt under way has ended.
    default void ended(Step.Attempt attempt, LlmReply reply) {}

    /// The chat has ended.
    ///
    /// @param because null for an answer to its proper end
    default void ended(@Nullable Throwable because) {}

    /// Where it is in its trace: at the attempt that began last. Null for a chat that is not traced.
    default @Nullable TraceContext context() {
        return null;
    }
}
