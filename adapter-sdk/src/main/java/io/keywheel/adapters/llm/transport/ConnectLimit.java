package io.keywheel.adapters.llm.transport;

import io.helidon.webclient.api.ConnectedSocketChannelInfo;
import io.helidon.webclient.api.ConnectedSocketInfo;
import io.helidon.webclient.api.ConnectionListener;
import io.helidon.webclient.api.TcpClientConnection;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Bounds the time from the socket's connection to the first request: for a proxy's answer, and the TLS handshake.
/// Helidon itself could only bound each of their reads. Also closes the socket if one of them fails, because Helidon
/// leaves it open after an invalid answer of a proxy.
final class ConnectLimit implements WaitWatch.Wait {

    private static final ScopedValue<ConnectLimit> CURRENT = ScopedValue.newInstance();

    private final WaitWatch watch;
    private final Duration longest;

    /// Set when connecting ends, or the limit passes: the first of them decides.
    private final AtomicBoolean decided = new AtomicBoolean();

    /// Null until it is connected. Helidon's connection hides it below TLS.
    private @Nullable Socket socket;

    private long until;

    ConnectLimit(WaitWatch watch, Duration longest) {
        this.watch = watch;
        this.longest = longest;
    }

    /// Reports each socket to the limit of the current thread.
    static final class Listener implements ConnectionListener {

        @Override
        public void socketConnected(ConnectedSocketInfo connected) {
            CURRENT.get().begin(connected.socket());
        }

        @Override
        public void socketChannelConnected(ConnectedSocketChannelInfo connected) {
            CURRENT.get().begin(connected.socketChannel().socket());
        }
    }

    /// Helidon reports the socket of a tunnel twice: to the proxy, and to the provider.
    private void begin(Socket connected) {
        if (socket == null) {
            socket = connected;
            until = System.nanoTime() + longest.toNanos();
            // Publishes both fields to the watching thread.
            watch.begin(this);
        }
    }

    /// @throws TransportException if the limit has passed
    /// @throws RuntimeException the client's
    HelidonConnection connect(TcpClientConnection connection) throws TransportException {
        boolean connected = false;
        try {
            ScopedValue.where(CURRENT, this).run(connection::connect);
            connected = decided.compareAndSet(false, true);
        } catch (RuntimeException e) {
            if (decided.compareAndSet(false, true)) {
                throw e;
            }
        } finally {
            watch.end(this);
            if (!connected) {
                close();
            }
        }
        if (!connected) {
            throw TransportException.notConnectedWithin(longest, null);
        }
        return new HelidonConnection(connection, Objects.requireNonNull(socket));
    }

    private void close() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException _) {
                // It is closed all the same.
            }
        }
    }

    @Override
    public long until() {
        return until;
    }

    @Override
    public void wake() {
        if (decided.compareAndSet(false, true)) {
            close();
        }
    }
}
