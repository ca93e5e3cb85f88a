package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.tls.Tls;
import io.helidon.webclient.api.ConnectionKey;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.api.TcpClientConnection;
import io.helidon.webclient.api.WebClient;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelidonConnectionsTest {

    private static final ConnectionKey ANY = ConnectionKey.create(
            "http",
            "localhost",
            1,
            Tls.builder().enabled(false).build(),
            (_, _) -> InetAddress.getLoopbackAddress(),
            DnsAddressLookup.IPV4,
            Proxy.noProxy());

    private final HelidonConnections connections = new HelidonConnections();

    @Test
    void connection_that_is_checked_while_all_close_is_closed() {
        var connection = new ClosingWhenChecked();

        connections.release(connection);

        assertTrue(connection.closed);
    }

    /// Closes all connections when the check for expired ones has taken this one out of the queue.
    private final class ClosingWhenChecked extends HelidonConnection {

        private boolean closed;

        ClosingWhenChecked() {
            super(TcpClientConnection.create(WebClient.create(), ANY, List.of(), _ -> true, _ -> {}), new Socket());
        }

        @Override
        boolean becomeIdle() {
            return true;
        }

        @Override
        boolean wasIdleFor(Duration duration) {
            connections.close();
            return false;
        }

        @Override
        public void closeResource() {
            closed = true;
        }
    }
}
