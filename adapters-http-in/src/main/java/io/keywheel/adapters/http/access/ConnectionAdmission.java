package io.keywheel.adapters.http.access;

import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.http.RoutingResponse;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.util.Set;

/// Checks that the connection of a request has a place, and that the client may come in.
public final class ConnectionAdmission {

    private final AccessTokenCheck accessTokenCheck;
    private final Set<String> probes;

    /// @param probes answered even when all connections are taken: without an answer, a supervisor would restart the
    ///     gateway
    public ConnectionAdmission(AccessTokenCheck accessTokenCheck, Set<String> probes) {
        this.probes = Set.copyOf(probes);
        this.accessTokenCheck = accessTokenCheck;
    }

    /// @throws RefusedException if the request may not be answered
    public void check(String path, Headers headers, RoutingResponse response) {
        if (!probes.contains(path) && !ClientConnection.current().hasPlace()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
            throw new RefusedException(HttpError.UNAVAILABLE, "the gateway has as many connections as it can");
        }
        accessTokenCheck.check(path, headers);
        if (!accessTokenCheck.isOpen(path)) {
            ClientConnection.current().trust();
        }
    }
}
