package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.openapi.Description;
import io.keywheel.openapi.WatchedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.function.Predicate;

/// What the gateway says of itself, held against what clients hear.
final class Described {

    static final Description DESCRIPTION = read();

    private Described() {}

    private static Description read() {
        try {
            return Description.read(HttpGateway.class.getResourceAsStream("status/openapi.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `client`, which fails where it hears from a gateway what is not described.
    static HttpClient watched(HttpClient client) {
        return watched(client, _ -> true);
    }

    /// @param concerned which requests go to a gateway
    static HttpClient watched(HttpClient client, Predicate<HttpRequest> concerned) {
        return new WatchedClient(client, DESCRIPTION, concerned);
    }

    /// What the gateway says on a WebSocket.
    static void check(JsonNode message) {
        assertEquals(List.of(), DESCRIPTION.faults("/paths/~1api~1chat~1ws/get/x-messages/gateway/schema", message));
    }
}
