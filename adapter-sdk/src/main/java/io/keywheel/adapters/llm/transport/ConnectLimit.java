package io.keywheel.adapters.llm.transport;

import io.helidon.webclient.api.ConnectedSocketChannelInfo;
import io.helidon.webclient.api.ConnectedSocketInfo;
import io.helidon.webclient.api.ConnectionListener;
import io.helidon.webclient.api.TcpClientConnection;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Bounds the time from the socket's connection to the first request: for a proxy's answer, and the TLS handshake.
/// Helidon itself could only bound each of their reads. Also closes the socket if one of them fails, because Helidon
/// leaves it open after an invalid answer of a proxy.
final class ConnectLimit implements WaitWatch.Wait {

    private static final ScopedValue<ConnectLimit> CURRENT = ScopedValue.newInstance();

    private final WaitWatch watch;
    private final Duration longest;
    private volatile long until;

    /// Null until it is connected. Helidon's connection hides it below TLS.
    private @Nullable Socket socket;

    private boolean late;
    private boolean ended;

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
    private synchronized void begin(Socket connected) {
        if (socket == null) {
            socket = connected;
            until = System.nanoTime() + longest.toNanos();
            watch.begin(this);
        }
    }

    /// @throws TransportException if the limit has passed
    /// @throws RuntimeException the client's
    HelidonConnection connect(TcpClientConnection connection) throws TransportException {
        try {
            ScopedValue.where(CURRENT, this).run(connection::connect);
        } catch (RuntimeException e) {
            close();
            if (!end()) {
                throw e;
            }
        }
        if (end()) {
            throw TransportException.notConnectedWithin(longest, null);
        }
        return new HelidonConnection(connection, Objects.requireNonNull(socket));
    }

    /// Makes the limit have no more effect. Returns whether it has passed.
    private synchronized boolean end() {
        ended = true;
        watch.end(this);
        return late;
    }

    private synchronized void close() {
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
    public synchronized void wake() {
        if (!ended) {
            late = true;
            close();
        }
    }
}
