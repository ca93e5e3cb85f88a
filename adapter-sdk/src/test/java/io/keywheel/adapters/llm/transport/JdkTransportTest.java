package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.contract.WireServer;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

@Execution(CONCURRENT)
class JdkTransportTest extends TransportContract {

    @Override
    public Transport open(Duration connectTimeout) {
        return new JdkTransport(connectTimeout, null, JdkTransport.TIMEOUT_ENDS_AT_HEAD);
    }

    @Test
    void close_ends_the_answers_of_a_replaced_client() throws Exception {
        try (var server = WireServer.start(exchange -> {
            if (exchange.body().equals("stream")) {
                exchange.openStream();
                exchange.awaitHangUp();
            } else {
                exchange.send("HTTP/1.1 odd\r\n\r\n");
            }
        })) {
            var stream = send(server, "stream", deadlineIn(LONG));
            assertThrows(TransportException.class, () -> send(server, "x", deadlineIn(LONG)));

            transport().close();

            var failure =
                    assertThrows(TransportException.class, () -> stream.body().next(deadlineIn(LONG)));
            assertEquals("the answer broke off", failure.reason());
        }
    }

    @Test
    void next_request_drops_a_replaced_client_that_has_terminated() throws Exception {
        var clients = new ArrayList<>(List.of(JdkTransport.newClient(LONG, null), JdkTransport.newClient(LONG, null)));
        HttpClient first = clients.getFirst();
        try (var server = WireServer.start(exchange -> exchange.send(
                        exchange.body().equals("odd") ? "HTTP/1.1 odd\r\n\r\n" : "HTTP/1.1 204 x\r\n\r\n"));
                var transport = new JdkTransport(LONG, null, true, clients::removeFirst)) {
            URI uri = URI.create(server.baseUrl());
            assertThrows(TransportException.class, () -> transport.send(request(uri, "odd"), deadlineIn(LONG)));
            assertTrue(first.awaitTermination(LONG));
            assertEquals(List.of(first), transport.replaced);

            transport.send(request(uri, "x"), deadlineIn(LONG)).close();

            assertEquals(List.of(), transport.replaced);
        }
    }

    @Test
    void failed_answer_ends_its_wait_even_if_no_new_client_can_be_made() {
        try (var server = WireServer.start(exchange -> exchange.send("HTTP/1.1 odd\r\n\r\n"));
                var client = HttpClient.newHttpClient();
                var watch = new WaitWatch()) {
            var request = HttpRequest.newBuilder(URI.create(server.baseUrl()))
                    .timeout(LONG.multipliedBy(2))
                    .build();
            var body = new JdkBody(watch, _ -> {}, _ -> {
                throw new UncheckedIOException(new IOException("too many open files"));
            });

            var failure = assertThrows(TransportException.class, () -> body.start(client, request, deadlineIn(LONG)));

            assertInstanceOf(ProtocolException.class, failure.getCause());
        }
    }

    @Test
    void client_whose_thread_hangs_is_replaced_after_a_timeout() throws Exception {
        var threadEnds = new CountDownLatch(1);
        var threadHangs = new CountDownLatch(1);
        var clients = new ArrayList<>(List.of(JdkTransport.newClient(LONG, null), JdkTransport.newClient(LONG, null)));
        HttpClient hanging = clients.getFirst();
        try (var server = WireServer.start(exchange -> exchange.json(200, "{}"));
                var transport = new JdkTransport(LONG, null, true, clients::removeFirst)) {
            URI uri = URI.create(server.baseUrl());
            var _ = hanging.sendAsync(HttpRequest.newBuilder(uri).build(), _ -> {
                threadHangs.countDown();
                Waiting.latch(threadEnds);
                return BodySubscribers.discarding();
            });
            threadHangs.await();
            var failure =
                    assertThrows(TransportException.class, () -> transport.send(request(uri, "x"), deadlineIn(SOON)));
            assertTrue(isTimeout(failure));

            assertEquals("{}", text(transport.send(request(uri, "x"), deadlineIn(LONG))));
            threadEnds.countDown();
        }
    }

    @Test
    void body_that_arrives_after_the_end_of_its_attempt_is_cancelled() {
        try (var watch = new WaitWatch()) {
            var calls = new ArrayList<String>();
            var body = new JdkBody(watch, _ -> {}, _ -> {});
            body.close();

            body.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long pieces) {
                    calls.add("request");
                }

                @Override
                public void cancel() {
                    calls.add("cancel");
                }
            });

            assertEquals(List.of("cancel"), calls);
        }
    }

    @Test
    void replaced_client_fails_no_other_request() throws Exception {
        try (var server = WireServer.start(exchange -> {
                    if (exchange.body().equals("odd")) {
                        exchange.send("HTTP/1.1 odd\r\n\r\n");
                    } else {
                        exchange.json(200, "{}");
                    }
                });
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> odd = threads.submit(() -> {
                for (int i = 0; i < 200; i++) {
                    assertThrows(TransportException.class, () -> send(server, "odd", deadlineIn(LONG)));
                }
            });
            while (!odd.isDone()) {
                assertEquals("{}", answer(server, "even"));
            }
            odd.get();
        }
    }
}
