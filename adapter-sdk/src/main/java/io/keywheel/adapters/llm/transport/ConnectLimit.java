package io.keywheel.adapters.llm.transport;

import io.helidon.webclient.api.ConnectedSocketChannelInfo;
import io.helidon.webclient.api.ConnectedSocketInfo;
import io.helidon.webclient.api.ConnectionListener;
import java.net.SocketException;
import java.time.Duration;

/// Bounds each wait for bytes between connecting and the first request: a proxy's answer, and the TLS handshake.
/// Helidon's own read timeout begins with a request.
record ConnectLimit(Duration longest) implements ConnectionListener {

    @Override
    public void socketConnected(ConnectedSocketInfo connected) throws SocketException {
        connected.socket().setSoTimeout((int) longest.toMillis());
    }

    @Override
    public void socketChannelConnected(ConnectedSocketChannelInfo connected) throws SocketException {
        connected.socketChannel().socket().setSoTimeout((int) longest.toMillis());
    }
}
