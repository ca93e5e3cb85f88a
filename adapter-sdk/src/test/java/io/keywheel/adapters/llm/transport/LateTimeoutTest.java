package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.FullListener;
import io.keywheel.contract.WireServer;
import io.keywheel.timing.BusyProcessors;
import io.keywheel.timing.LongerTimeouts;
import io.keywheel.timing.Waiting;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("takes all processors from virtual threads")
class LateTimeoutTest implements SendingFixture {

    private Thread connecting(Transport transport, FullListener full, Duration deadline) {
        var request = request(URI.create(full.baseUrl()), "x");
        var sender = Thread.startVirtualThread(
                () -> assertThrows(TransportException.class, () -> transport.send(request, deadlineIn(deadline))));
        Waiting.until(() -> sender.getState() == Thread.State.WAITING);
        return sender;
    }

    @Test
    void connecting_is_tried_again_if_its_timeout_was_noticed_late() throws Exception {
        LongerTimeouts.retryFrom(SOON, time -> {
            try (var full = new FullListener();
                    var transport = new JdkTransport(time, null, JdkTransport.TIMEOUT_ENDS_AT_HEAD)) {
                var sender = connecting(transport, full, time.multipliedBy(10));

                long end = BusyProcessors.take(time.plus(Duration.ofMillis(500)));

                sender.join();
                // The client's timer may fire a little too early.
                assertTrue(System.nanoTime() - end >= time.dividedBy(2).toNanos());
            }
        });
    }

    @Test
    void connecting_is_tried_once_more_while_other_requests_are_answered() throws Exception {
        LongerTimeouts.retryFrom(SOON, time -> {
            try (var full = new FullListener();
                    var server = WireServer.start(exchange -> exchange.json(200, "{}"));
                    var transport = new JdkTransport(time, null, JdkTransport.TIMEOUT_ENDS_AT_HEAD)) {
                long began = System.nanoTime();
                var sender = connecting(transport, full, time.multipliedBy(10));
                do {
                    var answer = transport.send(request(URI.create(server.baseUrl()), "x"), deadlineIn(LONG));
                    assertEquals("{}", text(answer));
                } while (!sender.join(time.dividedBy(10)));

                double tries = (double) (System.nanoTime() - began) / time.toNanos();
                assertTrue(tries > 1.5 && tries < 2.7, () -> tries + " times the timeout");
            }
        });
    }
}
