package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.parallel.Execution;

/// As with Java 26 and later, whose client cannot limit the wait for the head alone. Only the timeouts differ.
@Execution(CONCURRENT)
class LaterJavaTransportTest implements TransportTimeouts {

    @AutoClose
    private final Transport transport = open(SendingFixture.LONG);

    @Override
    public Transport open(Duration connectTimeout) {
        return new JdkTransport(connectTimeout, null, false);
    }

    @Override
    public Transport transport() {
        return transport;
    }
}
