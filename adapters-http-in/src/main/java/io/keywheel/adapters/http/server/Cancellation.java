package io.keywheel.adapters.http.server;

import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ends a chat early by interrupting its thread. While the thread sends, it is not interrupted, because that would
/// close the connection before it could send the reason; it then sees the cancellation itself.
public final class Cancellation {

    private @Nullable Thread interruptible;
    private boolean cancelled;

    public synchronized void cancel() {
        cancelled = true;
        if (interruptible != null) {
            interruptible.interrupt();
        }
    }

    /// @throws ChatCancelledException if `work` does not begin any more, or fails as a chat once it is cancelled
    public <T> T during(Supplier<T> work) {
        allow();
        try {
            return work.get();
        } catch (ChatException e) {
            throw forbid() ? new ChatCancelledException(e.attempts()) : e;
        } finally {
            forbid();
        }
    }

    /// Sends, in the midst of [#during].
    ///
    /// @throws ChatCancelledException if nothing more is to be sent, or was to be meanwhile
    public void except(Runnable sending) {
        if (forbid()) {
            throw new ChatCancelledException(List.of());
        }
        sending.run();
        allow();
    }

    private synchronized void allow() {
        if (cancelled) {
            throw new ChatCancelledException(List.of());
        }
        interruptible = Thread.currentThread();
    }

    /// Ends the time in which [#cancel] interrupts the thread. Clears any interrupt of a chat that is cancelled, and
    /// returns whether it is.
    private synchronized boolean forbid() {
        interruptible = null;
        if (cancelled) {
            Thread.interrupted();
        }
        return cancelled;
    }
}
