package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.contract.WireServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

@Execution(CONCURRENT)
class HelidonTransportTest extends TransportContract {

    @Override
    public Transport open(Duration connectTimeout) {
        return new HelidonTransport(connectTimeout, null);
    }

    /// Against the contract, Helidon takes an interim response for the final one. The attempt fails;
    /// the next request gets its own response.
    @Test
    @Override
    public void interim_responses_are_skipped() throws Exception {
        try (var server = WireServer.start(exchange -> {
            if (exchange.body().equals("one")) {
                exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            }
            exchange.json(200, exchange.body());
        })) {
            assertThrows(TransportException.class, () -> send(server, "one", deadlineIn(LONG)));
            try (var response = send(server, "two", deadlineIn(LONG))) {
                assertEquals("two", text(response));
            }
        }
    }
}
