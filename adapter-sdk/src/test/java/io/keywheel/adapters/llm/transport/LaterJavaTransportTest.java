package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.time.Duration;
import org.junit.jupiter.api.parallel.Execution;

/// As with Java 26 and later, whose client cannot limit the wait for the head alone. Without a timeout in the client,
/// only the transport ends a wait: also of repeats, of endless heads, while connecting and after an interrupt.
@Execution(CONCURRENT)
class LaterJavaTransportTest extends TransportContract {

    @Override
    public Transport open(Duration connectTimeout) {
        return new JdkTransport(connectTimeout, null, false);
    }
}
