package io.keywheel.adapters.http.server;

import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Cancels a chat by interrupting its thread. A thread that is sending is not interrupted, because that would close
/// the connection before the reason is sent; it checks for the cancellation afterwards.
public final class Cancellation {

    private @Nullable Thread interruptible;
    private boolean cancelled;

    public synchronized void cancel() {
        cancelled = true;
        if (interruptible != null) {
            interruptible.interrupt();
        }
    }

    /// @throws ChatCancelledException if the chat was cancelled before `work` began, or before its [ChatException]
    public <T> T during(Supplier<T> work) {
        allowInterrupt();
        try {
            return work.get();
        } catch (ChatException e) {
            throw forbidInterrupt() ? new ChatCancelledException(e.attempts()) : e;
        } finally {
            forbidInterrupt();
        }
    }

    /// Runs `sending` inside [#during], without interrupts.
    ///
    /// @throws ChatCancelledException if the chat was cancelled before or during `sending`
    public void withoutInterrupt(Runnable sending) {
        if (forbidInterrupt()) {
            throw new ChatCancelledException(List.of());
        }
        sending.run();
        allowInterrupt();
    }

    private synchronized void allowInterrupt() {
        if (cancelled) {
            throw new ChatCancelledException(List.of());
        }
        interruptible = Thread.currentThread();
    }

    /// Stops [#cancel] from interrupting the thread. Clears the interrupt of a cancelled chat, and returns whether
    /// it is cancelled.
    private synchronized boolean forbidInterrupt() {
        interruptible = null;
        if (cancelled) {
            Thread.interrupted();
        }
        return cancelled;
    }
}
