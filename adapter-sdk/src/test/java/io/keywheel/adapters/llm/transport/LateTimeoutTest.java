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
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("takes all processors from virtual threads")
class LateTimeoutTest implements SendingFixture {

    private Thread connecting(Transport transport, FullListener full) {
        var request = request(URI.create(full.baseUrl()), "x");
        var sender = Thread.startVirtualThread(
                () -> assertThrows(TransportException.class, () -> transport.send(request, deadlineIn(LONG))));
        Waiting.until(() -> sender.getState() == Thread.State.WAITING);
        return sender;
    }

    @Test
    void connecting_is_tried_again_if_its_timeout_was_noticed_late() throws Exception {
        try (var full = new FullListener();
                var transport = new JdkTransport(SOON, null, JdkTransport.TIMEOUT_ENDS_AT_HEAD)) {
            var sender = connecting(transport, full);

            long end = BusyProcessors.take(SOON.plus(Duration.ofMillis(500)));

            sender.join();
            // The client's timer may fire a little too early.
            assertTrue(System.nanoTime() - end >= SOON.dividedBy(2).toNanos());
        }
    }

    @Test
    void connecting_is_tried_again_if_another_request_was_answered_meanwhile() throws Exception {
        var mayEnd = new Semaphore(0);
        LongerTimeouts.retryFrom(SOON, time -> {
            try (var full = new FullListener();
                    var server = WireServer.start(exchange -> {
                        exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
                        mayEnd.acquireUninterruptibly();
                        exchange.send("{}");
                    });
                    var transport = new JdkTransport(time, null, JdkTransport.TIMEOUT_ENDS_AT_HEAD)) {
                var answer = transport.send(request(URI.create(server.baseUrl()), "x"), deadlineIn(LONG));
                long began = System.nanoTime();
                var sender = connecting(transport, full);

                mayEnd.release();
                assertEquals("{}", text(answer));

                sender.join();
                assertTrue(System.nanoTime() - began
                        >= time.multipliedBy(3).dividedBy(2).toNanos());
            }
        });
    }
}
