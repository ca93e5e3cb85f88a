package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.InstantSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, another program has it",
        "192.0.2.1, this machine has no such address",
        "no.such.host.invalid, there is no such host",
    })
    void failed_bind_reports_address_and_reason(String host, String reason) {
        int port = testServer.gateway.port();

        var failure = assertThrows(
                HttpGateway.CannotListenException.class, () -> new TestServer(TestServer.Terms.USUAL, host, port));

        assertEquals(
                "Cannot listen on %s, port %d (KEYWHEEL_HOST, KEYWHEEL_PORT): %s".formatted(host, port, reason),
                failure.getMessage());
    }

    /// Without TCP_NODELAY, Helidon's default, a small event waits for the acknowledgement of the previous one.
    @Test
    void server_sets_tcp_no_delay() {
        var httpAssembly = HttpAssembly.start(
                TestServer.Terms.USUAL.at("127.0.0.1", 0),
                TightBounds.USUAL,
                testServer.useCases(),
                testServer.counted,
                InstantSource.system());
        try {
            assertTrue(httpAssembly.server().prototype().connectionOptions().tcpNoDelay());
        } finally {
            httpAssembly.stop();
        }
    }
}
