package io.keywheel.application.port.out;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.EndedAttempt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Observes keys, providers and chats. Thread-safe; must neither block nor throw.
///
/// Called on the threads of requests, model refreshes, reloads, shared state and closing. Events of different threads
/// may arrive in another order than they happened.
@FunctionalInterface
public interface ChatEvents {

    /// Keys have left the rotation, work again, or have joined another quota group.
    void changed(PoolEvent poolEvent);

    /// An adapter or a usage sink threw an exception, which its interface forbids. The message of `e` may contain a
    /// key.
    ///
    /// @param provider the adapter's; null for a usage sink
    default void thrown(@Nullable ProviderId provider, Throwable e) {}

    /// A provider did not list its models. Called once, until it lists them or fails in another way.
    ///
    /// @param failure of the last key that was tried
    default void notListed(KeySlot key, Failure failure) {}

    /// A provider's model list lacks its default model, or a target of virtual models. Called once, until a later
    /// list has the model.
    ///
    /// @param virtualModels the virtual models with this target; empty for a target that is only a default model
    /// @param near the most similar names in the provider's list, best first; may be empty
    default void unlisted(RouteTarget target, List<String> virtualModels, List<String> near) {}

    /// An attempt has ended, and its outcome has been applied to its key.
    ///
    /// @param usage the usage that the provider reported for an answer; null for none
    /// @param trace the trace context of the attempt; null for none
    default void ended(EndedAttempt attempt, @Nullable TokenUsage usage, @Nullable TraceContext trace) {}
}
