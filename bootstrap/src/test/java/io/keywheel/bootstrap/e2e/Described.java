package io.keywheel.bootstrap.e2e;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import io.keywheel.openapi.Description;
import java.net.URI;

/// Compares answers with the gateway's OpenAPI description.
final class Described {

    static final Description DESCRIPTION =
            Description.read(HttpGateway.class.getResourceAsStream("status/openapi.yaml"));

    private Described() {}

    /// @param headers each a name, a colon and a value
    static RawSocket socket(URI gateway, String... headers) {
        return new RawSocket(new RawClient(gateway.getPort(), DESCRIPTION), headers);
    }
}
