package io.keywheel.bootstrap.gateway;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.EndedAttempt;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Passes each event to several listeners. A listener that fails affects neither the request nor the others.
record CompositeChatEvents(List<ChatEvents> listeners) implements ChatEvents {

    private static final System.Logger LOG = System.getLogger("io.keywheel.gateway");

    CompositeChatEvents {
        listeners = List.copyOf(listeners);
    }

    @Override
    public void changed(PoolEvent poolEvent) {
        listeners.forEach(listener -> attempt(() -> listener.changed(poolEvent)));
    }

    @Override
    public void ended(EndedAttempt attempt, @Nullable TokenUsage usage, @Nullable TraceContext trace) {
        listeners.forEach(listener -> attempt(() -> listener.ended(attempt, usage, trace)));
    }

    @Override
    public void thrown(@Nullable ProviderId provider, Throwable e) {
        listeners.forEach(listener -> attempt(() -> listener.thrown(provider, e)));
    }

    @Override
    public void notListed(KeySlot key, Failure failure) {
        listeners.forEach(listener -> attempt(() -> listener.notListed(key, failure)));
    }

    @Override
    public void unlisted(RouteTarget target, List<String> virtualModels, List<String> near) {
        listeners.forEach(listener -> attempt(() -> listener.unlisted(target, virtualModels, near)));
    }

    static void attempt(Runnable report) {
        try {
            report.run();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            logFailure(e);
        }
    }

    private static void logFailure(Throwable e) {
        try {
            LOG.log(Level.ERROR, "An event could not be counted or logged", e);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError _) {
            // The logger of an embedding program has failed: there is nowhere to log it.
        }
    }
}
