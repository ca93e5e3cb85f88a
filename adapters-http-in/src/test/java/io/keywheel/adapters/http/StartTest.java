package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartTest {

    private static HttpGateway.Settings at(String host, int port) {
        return new HttpGateway.Settings(
                host, port, Set.of(), Set.of(), 1024, Duration.ZERO, new HttpGateway.Product("Keywheel", "0"));
    }

    @Test
    void fails_where_the_port_is_taken() {
        try (var door = new Door()) {
            var taken = new Door.Terms(at("127.0.0.1", door.gateway.port()), Bounds.DEFAULT);

            var failure = assertThrows(IllegalStateException.class, () -> new Door(taken));

            assertTrue(String.valueOf(failure.getMessage()).contains(String.valueOf(door.gateway.port())));
        }
    }

    @Test
    void fails_where_the_host_is_none_of_ours() {
        var elsewhere = new Door.Terms(at("192.0.2.1", 0), Bounds.DEFAULT);

        assertThrows(IllegalStateException.class, () -> new Door(elsewhere));
    }
}
