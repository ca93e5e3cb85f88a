package io.keywheel.adapters.http;

import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.http.RoutingResponse;
import io.keywheel.adapters.http.line.Lines;
import java.util.Set;

/// Checks that the connection of a request has a place, and that the client may come in.
final class Admission {

    /// Answered also where all connections are taken: without an answer, a supervisor would restart the gateway.
    private static final Set<String> PROBES = Set.of("/health/live", "/health/ready");

    private final Gate gate;

    Admission(Gate gate) {
        this.gate = gate;
    }

    /// @throws RefusedException if the request may not be answered
    void check(String path, Headers headers, RoutingResponse response) {
        if (!PROBES.contains(path) && !Lines.current().hasPlace()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
            throw new RefusedException(Fault.UNAVAILABLE, "the gateway has as many connections as it can");
        }
        gate.check(path, headers);
        if (!Gate.isOpen(path)) {
            Lines.current().trust();
        }
    }
}
