package io.keywheel.adapters.llm.transport;

import org.junit.jupiter.api.AfterEach;

/// The contract of every transport, also with faulty servers.
abstract class TransportContract implements TransportAnswers, TransportConnections, TransportTimeouts {

    private final Transport transport = open(LONG);

    @Override
    public Transport transport() {
        return transport;
    }

    @AfterEach
    void close() {
        transport.close();
    }
}
