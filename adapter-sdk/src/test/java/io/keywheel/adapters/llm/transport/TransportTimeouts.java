package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.FullListener;
import io.keywheel.contract.WireServer;
import io.keywheel.timing.LongerTimeouts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

interface TransportTimeouts extends TransportUnderTest {

    @Test
    default void gives_up_connecting_in_time() throws Exception {
        try (var full = new FullListener();
                var shortTimeout = open(SOON)) {
            var failure = assertThrows(
                    TransportException.class,
                    () -> shortTimeout.send(request(URI.create(full.baseUrl()), "x"), deadlineIn(LONG)));

            assertTrue(isTimeout(failure));
            assertEquals("no connection within 300ms", failure.reason());
        }
    }

    @Test
    default void deadline_that_ends_while_connecting_is_not_called_a_connect_timeout() throws Exception {
        try (var full = new FullListener()) {
            var request = request(URI.create(full.baseUrl()), "x");

            var failure =
                    assertThrows(TransportException.class, () -> transport().send(request, deadlineIn(SOON)));

            assertEquals("no answer within 300ms", failure.reason());
        }
    }

    @Test
    default void response_may_outlast_the_connect_timeout() throws Exception {
        LongerTimeouts.retryFrom(SOON, time -> {
            try (var shortTimeout = open(time);
                    var server = WireServer.start(exchange -> {
                        assertFalse(exchange.hungUpWithin(2 * (int) time.toMillis()));
                        exchange.json(200, "{}");
                    });
                    var response = shortTimeout.send(
                            request(URI.create(server.baseUrl() + "/chat"), "ping"),
                            deadlineIn(LONG.multipliedBy(2)))) {
                assertEquals("{}", text(response));
            }
        });
    }

    @Test
    default void sending_to_a_stalled_reader_times_out() throws Exception {
        String moreThanTheSystemHasRoomFor = "x".repeat(24 << 20);
        try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var uri = URI.create("http://127.0.0.1:" + deaf.getLocalPort());
            var failure = assertThrows(
                    TransportException.class,
                    () -> transport().send(request(uri, moreThanTheSystemHasRoomFor), deadlineIn(SOON)));

            assertTrue(isTimeout(failure));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void missing_or_trickling_head_times_out(boolean trickles) throws Exception {
        try (var server = WireServer.start(exchange -> {
            if (trickles) {
                exchange.send("HTTP/1.1 200 OK\r\n");
            }
            while (!exchange.hungUpWithin(20)) {
                exchange.send(trickles ? "X-More: x\r\n" : "");
            }
        })) {
            assertTrue(isTimeout(assertThrows(TransportException.class, () -> send(server, deadlineIn(SOON)))));
        }
    }

    @Test
    default void head_racing_its_timeout_leaves_no_interrupt() throws Exception {
        var random = new Random(7);
        try (var server = WireServer.start(exchange -> {
            LockSupport.parkNanos(random.nextInt(3_000_000));
            exchange.json(200, "{}");
        })) {
            for (int i = 0; i < 100; i++) {
                try (var response = send(server, deadlineIn(Duration.ofNanos(random.nextInt(5_000_000))))) {
                    assertEquals(200, response.status());
                } catch (TransportException e) {
                    assertTrue(isTimeout(e), e.reason());
                }
                assertFalse(Thread.currentThread().isInterrupted());
            }
        }
    }
}
