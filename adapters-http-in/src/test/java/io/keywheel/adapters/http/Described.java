package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.openapi.Description;
import io.keywheel.openapi.Heard;
import io.keywheel.openapi.WatchedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.util.List;

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

    /// `client`, which fails where it hears what is not described.
    static HttpClient watched(HttpClient client) {
        return new WatchedClient(client, DESCRIPTION, _ -> true);
    }

    static void check(Heard heard) {
        assertEquals(List.of(), DESCRIPTION.faults(heard));
    }

    /// What the gateway says on a WebSocket.
    static void check(JsonNode message) {
        assertEquals(List.of(), DESCRIPTION.faults("/paths/~1api~1chat~1ws/get/x-messages/gateway/schema", message));
    }
}
