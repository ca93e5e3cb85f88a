package io.keywheel.adapters.http.connection;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;
import java.util.Set;

/// Helidon's connection, known as that of a client from its first to its last byte.
final class TrackedConnection implements ServerConnection, InterruptableTask<Void> {

    private static final ScopedValue<TrackedConnection> CURRENT = ScopedValue.newInstance();

    private final ServerConnection connection;
    private final ClientConnection client;
    private final Set<ClientConnection> open;

    TrackedConnection(ServerConnection connection, ClientConnection client, Set<ClientConnection> open) {
        this.connection = connection;
        this.client = client;
        this.open = open;
    }

    /// Whether this thread waits for the first line of a request, or reads it.
    static boolean isAtFirstLine() {
        return CURRENT.isBound() && CURRENT.get().canInterrupt();
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        try {
            client.begin();
            open.add(client);
            ScopedValue.where(ClientConnection.CURRENT, client)
                    .where(CURRENT, this)
                    .call(() -> {
                        connection.handle(limit);
                        return true;
                    });
        } finally {
            open.remove(client);
            client.handOver().close();
            client.end();
        }
    }

    @Override
    public Duration idleTime() {
        return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        connection.close(interrupt);
    }

    /// Helidon asks before it interrupts a connection that waits for its next request.
    @Override
    public boolean canInterrupt() {
        return connection instanceof InterruptableTask<?> task && task.canInterrupt();
    }
}
