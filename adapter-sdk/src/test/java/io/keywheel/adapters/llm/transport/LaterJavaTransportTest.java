package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.time.Duration;
import org.junit.jupiter.api.parallel.Execution;

/// As with Java 26 and later, whose client cannot limit the wait for the head alone.
@Execution(CONCURRENT)
class LaterJavaTransportTest extends JdkTransportTest {

    @Override
    public Transport open(Duration connectTimeout) {
        return new JdkTransport(connectTimeout, null, false);
    }
}
