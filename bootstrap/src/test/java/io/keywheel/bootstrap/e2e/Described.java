package io.keywheel.bootstrap.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.openapi.Description;

/// What the gateway says of itself, held against what clients hear.
final class Described {

    static final Description DESCRIPTION =
            Description.read(HttpGateway.class.getResourceAsStream("status/openapi.yaml"));

    private Described() {}

    /// What the gateway says on a WebSocket.
    static void check(JsonNode message) {
        DESCRIPTION.check("/paths/~1api~1chat~1ws/get/x-messages/gateway/schema", message);
    }
}
