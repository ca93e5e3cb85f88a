package io.keywheel.application.port.out;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.TraceContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Observes what the application learns of keys and providers. Called on the threads of requests: must neither block
/// nor throw.
@FunctionalInterface
public interface ChatEvents {

    /// Something goes out of turn, or works again.
    void changed(PoolEvent poolEvent);

    /// An adapter threw, against its promise. The message of `e` may contain a key.
    default void thrown(ProviderId provider, Throwable e) {}

    /// A provider did not list its models.
    ///
    /// @param failure of the last key that was tried
    default void notListed(KeySlot key, Failure failure) {}

    /// A provider does not list a model, a target of virtual models or its default model, and listed it before or was
    /// not asked.
    ///
    /// @param virtualModels empty where the target is a default model alone
    /// @param near models that it lists and that look like it
    default void unlisted(RouteTarget target, List<String> virtualModels, List<String> near) {}

    /// A chat begins. Returns its trace.
    default ChatTrace begun(ChatStart start) {
        return ChatTrace.NONE;
    }

    /// An attempt has ended, and its outcome has been applied to its key.
    ///
    /// @param trace the place of the attempt in a trace; null for none
    default void ended(Step.Attempt attempt, LlmReply reply, @Nullable TraceContext trace) {}
}
