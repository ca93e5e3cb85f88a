package io.keywheel.adapters.llm.transport;

import static io.keywheel.adapters.llm.transport.SendingFixture.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.contract.WireServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

@Execution(CONCURRENT)
class JdkTransportTest extends TransportContract {

    @Override
    public Transport open(Duration connectTimeout) {
        return new JdkTransport(connectTimeout, null);
    }

    @Test
    void host_name_is_unknown_the_failure_says_so() {
        var request = SendingFixture.request(URI.create("http://no-such-host.invalid/chat"), "ping");

        var failure = assertThrows(
                TransportException.class, () -> transport().send(request, patience(Duration.ofSeconds(10))));

        assertEquals("its host name is unknown", failure.getMessage());
    }

    @Test
    void head_is_too_large_its_connection_is_closed() throws Exception {
        byte[] wave = "X-More: 1\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        var closed = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\n");
            try {
                while (true) {
                    exchange.socket().getOutputStream().write(wave);
                }
            } catch (IOException _) {
                closed.countDown();
            }
        })) {
            assertThrows(TransportException.class, () -> send(server, patience(Duration.ofSeconds(10))));

            assertTrue(closed.await(10, TimeUnit.SECONDS));
        }
    }
}
