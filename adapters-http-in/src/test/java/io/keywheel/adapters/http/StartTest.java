package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartTest {

    private static HttpGateway.Settings at(String host, int port) {
        return new HttpGateway.Settings(
                host, port, null, Set.of(), Set.of(), 1024, 0, Duration.ZERO, new HttpGateway.Product("Keywheel", "0"));
    }

    @Test
    void fails_where_the_port_is_taken() {
        try (var testServer = new TestServer()) {
            var taken = new TestServer.Terms(at("127.0.0.1", testServer.gateway.port()), ServerLimits.DEFAULT);

            var failure = assertThrows(HttpGateway.CannotListenException.class, () -> new TestServer(taken));

            assertEquals("another program has it", failure.getMessage());
        }
    }

    @Test
    void fails_where_the_host_is_none_of_ours() {
        var elsewhere = new TestServer.Terms(at("192.0.2.1", 0), ServerLimits.DEFAULT);

        var failure = assertThrows(HttpGateway.CannotListenException.class, () -> new TestServer(elsewhere));

        assertEquals("this machine has no such address", failure.getMessage());
    }

    @Test
    void fails_where_there_is_no_such_host() {
        var nowhere = new TestServer.Terms(at("no.such.host.invalid", 0), ServerLimits.DEFAULT);

        var failure = assertThrows(HttpGateway.CannotListenException.class, () -> new TestServer(nowhere));

        assertEquals("there is no such host", failure.getMessage());
    }

    /// Helidon leaves it off, and a small event would wait for the last one's acknowledgement.
    @Test
    void sends_each_event_without_delay() {
        var useCases = new HttpGateway.UseCases(new ScriptedChats(), new AllReady(), new KnownModels(), () -> {
            throw new AssertionError("not to be called");
        });
        var httpAssembly = HttpAssembly.start(
                at("127.0.0.1", 0), ServerLimits.DEFAULT, useCases, new Counted(), InstantSource.system());
        try {
            assertTrue(httpAssembly.server().prototype().connectionOptions().tcpNoDelay());
        } finally {
            httpAssembly.stop();
        }
    }

    private record AllReady() implements GatewayStatusUseCase {

        @Override
        public PoolStatus status() {
            return Pools.allReady();
        }

        @Override
        public PoolStatus overview() {
            return Pools.allReady();
        }

        @Override
        public int waiting() {
            return 0;
        }
    }
}
