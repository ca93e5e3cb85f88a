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

    /// Sends `events`, and then nothing until the client hangs up.
    private static WireServer.Script stalled(String... events) {
        return exchange -> {
            exchange.openStream();
            for (String event : events) {
                exchange.event(event);
            }
            exchange.awaitHangUp();
        };
    }

    /// The same, with comments that keep the connection alive.
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

    @Test
    void unfinished_choice_times_out_as_interrupted() {
        String first = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        String second = "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}}]}";

        assertEquals(
                new Failure.Interrupted("nothing more within 300ms"),
                failed(stalled(HELLO, second, first), new Timeouts(LONG, LONG, SHORT), LONG));
    }
}
