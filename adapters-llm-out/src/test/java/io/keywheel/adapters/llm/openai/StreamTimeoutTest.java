package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.failover.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Timeouts of a stream.
@Timeout(120)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class StreamTimeoutTest extends StreamFixture {

    /// Sends `event`, and then comments that keep the connection alive, until the client hangs up.
    private static WireServer.Script keptAlive(String event) {
        return exchange -> {
            exchange.openStream();
            exchange.event(event);
            while (!exchange.hungUpWithin(20)) {
                exchange.chunk(": keep-alive\n\n");
            }
        };
    }

    @Test
    void roles_and_keepalives_do_not_count_as_first_token() {
        assertEquals(
                new Failure.TimedOut("no first token within 300ms"),
                failed(keptAlive(ROLE), new Timeouts(LONG, SHORT, LONG), LONG));
    }

    @Test
    void silence_after_content_is_interrupted() {
        assertEquals(
                new Failure.Interrupted("nothing more within 300ms"),
                failed(keptAlive(HELLO), new Timeouts(LONG, LONG, SHORT), LONG));
    }
}
