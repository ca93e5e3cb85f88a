package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.http.RoutingResponse;
import io.keywheel.adapters.http.connection.ClientConnections;
import java.util.Set;

/// Checks that the connection of a request has a place, and that the client may come in.
final class ConnectionAdmission {

    /// Answered also where all connections are taken: without an answer, a supervisor would restart the gateway.
    private static final Set<String> PROBES = Set.of("/health/live", "/health/ready");

    private final AccessTokenCheck accessTokenCheck;

    ConnectionAdmission(AccessTokenCheck accessTokenCheck) {
        this.accessTokenCheck = accessTokenCheck;
    }

    /// @throws RefusedException if the request may not be answered
    void check(String path, Headers headers, RoutingResponse response) {
        if (!PROBES.contains(path) && !ClientConnections.current().hasPlace()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
            throw new RefusedException(HttpError.UNAVAILABLE, "the gateway has as many connections as it can");
        }
        accessTokenCheck.check(path, headers);
        if (!AccessTokenCheck.isOpen(path)) {
            ClientConnections.current().trust();
        }
    }
}
