package io.keywheel.adapters.http.line;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection whose client tells only amid its first bytes, in TLS, which protocol it chooses: Helidon asks
/// for it before that.
final class Negotiation implements ServerConnection, InterruptableTask<Void> {

    private final ConnectionContext context;
    private final OpenLine line;
    private final ServerConnectionSelector http;
    private final ServerConnectionSelector other;
    private volatile @Nullable ServerConnection agreed;
    private volatile @Nullable Thread waiting;

    /// @param other if the client chooses one of its protocols, else `http`
    Negotiation(
            ConnectionContext context, OpenLine line, ServerConnectionSelector http, ServerConnectionSelector other) {
        this.context = context;
        this.line = line;
        this.http = http;
        this.other = other;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        waiting = Thread.currentThread();
        line.awaitBegin();
        ServerConnection connection = choice().connection(context);
        agreed = connection;
        connection.handle(limit);
    }

    private ServerConnectionSelector choice() {
        HelidonSocket socket = context.serverSocket();
        boolean isOther = socket.protocolNegotiated()
                && other.supportedApplicationProtocols().contains(socket.protocol());
        return isOther ? other : http;
    }

    @Override
    public Duration idleTime() {
        ServerConnection connection = agreed;
        return connection == null ? Duration.ZERO : connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        ServerConnection connection = agreed;
        Thread thread = waiting;
        if (connection != null) {
            connection.close(interrupt);
        } else if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public boolean canInterrupt() {
        ServerConnection connection = agreed;
        return connection == null || (connection instanceof InterruptableTask<?> task && task.canInterrupt());
    }
}
