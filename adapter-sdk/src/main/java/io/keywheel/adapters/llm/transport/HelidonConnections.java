package io.keywheel.adapters.llm.transport;

import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/// The idle connections to one provider.
final class HelidonConnections implements AutoCloseable {

    /// The time for which the JDK's client keeps an idle connection.
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(30);

    private final BlockingDeque<HelidonConnection> idle = new LinkedBlockingDeque<>();
    private volatile boolean closed;

    /// An idle connection that can be reused; null for none.
    @Nullable
    HelidonConnection acquire() {
        for (HelidonConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            if (!next.wasIdleFor(LONGEST_IDLE) && next.isQuiet()) {
                return next;
            }
            next.closeResource();
        }
        return null;
    }

    /// Keeps a connection for the next request, or closes it.
    void release(HelidonConnection connection) {
        if (!connection.becomeIdle()) {
            connection.closeResource();
            return;
        }
        idle.addFirst(connection);
        closeIdle();
        // Last, because both of the above may add a connection after [#close] has closed all.
        if (closed) {
            closeAll();
        }
    }

    /// Closes expired connections at the end of the queue, which were idle longest: after a burst, usual
    /// traffic never uses them.
    private void closeIdle() {
        for (HelidonConnection last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (!last.wasIdleFor(LONGEST_IDLE)) {
                idle.addLast(last);
                return;
            }
            last.closeResource();
        }
    }

    private void closeAll() {
        for (HelidonConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            next.closeResource();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeAll();
    }
}
