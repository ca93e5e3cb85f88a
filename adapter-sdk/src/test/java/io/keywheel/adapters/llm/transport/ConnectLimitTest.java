package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.common.tls.Tls;
import io.helidon.webclient.api.ConnectedSocketChannelInfo;
import io.helidon.webclient.api.ConnectedSocketInfo;
import io.helidon.webclient.api.ConnectionKey;
import io.helidon.webclient.api.ConnectionListener;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.api.TcpClientConnection;
import io.helidon.webclient.api.WebClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectLimitTest {

    @Test
    void error_while_connecting_closes_the_socket() throws Exception {
        var client = WebClient.builder().connectionListener(new OutOfMemory()).build();
        try (var watch = new WaitWatch();
                var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var key = ConnectionKey.create(
                    "http",
                    "localhost",
                    listener.getLocalPort(),
                    Tls.builder().enabled(false).build(),
                    (_, _) -> listener.getInetAddress(),
                    DnsAddressLookup.IPV4,
                    Proxy.noProxy());
            var connection = TcpClientConnection.create(client, key, List.of(), _ -> true, _ -> {});
            var limit = new ConnectLimit(watch, Duration.ofDays(1));

            assertThrows(OutOfMemoryError.class, () -> limit.connect(connection));

            try (Socket accepted = listener.accept()) {
                accepted.setSoTimeout(30_000);
                assertEquals(-1, accepted.getInputStream().read());
            }
        }
    }

    private static final class OutOfMemory implements ConnectionListener {

        private final ConnectionListener listener = new ConnectLimit.Listener();

        @Override
        public void socketConnected(ConnectedSocketInfo connected) throws IOException {
            listener.socketConnected(connected);
            throw new OutOfMemoryError("as in a handshake");
        }

        @Override
        public void socketChannelConnected(ConnectedSocketChannelInfo connected) {
            throw new AssertionError("the client connects a socket");
        }
    }
}
