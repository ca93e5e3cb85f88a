package io.keywheel.adapters.llm.transport;

import static io.keywheel.adapters.llm.transport.SendingFixture.LONG;
import static io.keywheel.adapters.llm.transport.SendingFixture.patience;
import static io.keywheel.adapters.llm.transport.SendingFixture.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.contract.WireServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Missing and invalid responses.
interface TransportFailures extends TransportUnderTest {

    @Test
    default void refused_connection_is_reported() throws Exception {
        // Bound, so that no other program can listen on the port.
        try (var silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var uri = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            var failure = assertThrows(
                    TransportException.class, () -> transport().send(SendingFixture.request(uri, "x"), patience(LONG)));
            assertEquals("the connection was refused", failure.reason());
        }
    }

    @Test
    default void unknown_host_is_reported() {
        var request = SendingFixture.request(URI.create("http://no-such-host.invalid/chat"), "ping");

        var failure = assertThrows(TransportException.class, () -> transport().send(request, patience(LONG)));

        assertEquals("its host name is unknown", failure.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"})
    default void truncated_body_is_reported(String rest) throws Exception {
        // If head and close arrive together, the JDK's client may attribute the close to the request.
        var headIsRead = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\n" + rest);
                    headIsRead.await(30, TimeUnit.SECONDS);
                    exchange.close();
                });
                var response = send(server, patience(LONG))) {
            headIsRead.countDown();
            assertFalse(
                    assertThrows(TransportException.class, () -> text(response)).isTimeout());
        }
    }

    @Test
    default void non_http_response_is_a_failure() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.send("SSH-2.0-OpenSSH_9.9\r\n\r\n");
            exchange.close();
        })) {
            assertFalse(assertThrows(TransportException.class, () -> send(server, patience(LONG)))
                    .isTimeout());
            assertEquals(1, server.exchanges().size());
        }
    }
}
