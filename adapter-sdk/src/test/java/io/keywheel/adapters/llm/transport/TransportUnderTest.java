package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.contract.WireServer;
import java.net.URI;
import java.time.Duration;

interface TransportUnderTest extends SendingFixture {

    Transport open(Duration connectTimeout);

    /// A transport with [#LONG] as connect timeout.
    Transport transport();

    default Response send(WireServer server, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        return send(server, "ping", attemptDeadline);
    }

    default Response send(WireServer server, String body, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        return transport().send(request(URI.create(server.baseUrl() + "/chat"), body), attemptDeadline);
    }

    /// The text of a whole answer with status 200.
    default String answer(WireServer server, String body) throws TransportException, InterruptedException {
        try (var response = send(server, body, deadlineIn(LONG))) {
            assertEquals(200, response.status());
            return text(response);
        }
    }
}
