package io.keywheel.adapters.llm.wire;

import io.keywheel.adapters.llm.wire.Transport.Response;
import io.keywheel.contract.WireServer;
import java.net.URI;
import java.time.Duration;

/// Which transport is tried.
interface TransportSubject {

    Transport open(Duration connectTimeout);

    /// One that has a second to connect.
    Transport transport();

    default Response send(WireServer server, Patience patience) throws TransportException, InterruptedException {
        return send(server, "ping", patience);
    }

    default Response send(WireServer server, String body, Patience patience)
            throws TransportException, InterruptedException {
        return transport().send(Sending.request(URI.create(server.baseUrl() + "/chat"), body), patience);
    }
}
