package io.keywheel.adapters.llm.transport;

import io.helidon.webclient.api.ConnectedSocketChannelInfo;
import io.helidon.webclient.api.ConnectedSocketInfo;
import io.helidon.webclient.api.ConnectionListener;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

/// Bounds each wait for bytes before the first request, with which Helidon's own read timeout begins: a proxy's
/// answer, and the TLS handshake. Also reports the socket, which Helidon's connection hides below TLS.
///
/// @param socket the socket of the current thread's latest connection
record ConnectLimit(Duration longest, ThreadLocal<Socket> socket) implements ConnectionListener {

    @Override
    public void socketConnected(ConnectedSocketInfo connected) throws SocketException {
        limit(connected.socket());
    }

    @Override
    public void socketChannelConnected(ConnectedSocketChannelInfo connected) throws SocketException {
        limit(connected.socketChannel().socket());
    }

    private void limit(Socket connected) throws SocketException {
        connected.setSoTimeout((int) longest.toMillis());
        socket.set(connected);
    }
}
