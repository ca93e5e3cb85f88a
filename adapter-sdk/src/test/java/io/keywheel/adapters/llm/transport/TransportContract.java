package io.keywheel.adapters.llm.transport;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/// What every transport must do, with a provider that may do anything.
@Timeout(30)
abstract class TransportContract
        implements TransportAnswers, TransportFailures, TransportConnections, TransportTimeouts {

    private final Transport transport = open(Duration.ofSeconds(1));

    @Override
    public Transport transport() {
        return transport;
    }

    @AfterEach
    void close() {
        transport.close();
    }
}
