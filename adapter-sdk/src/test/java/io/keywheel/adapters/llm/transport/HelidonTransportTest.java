package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.contract.WireServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
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
            assertEquals("two", answer(server, "two"));
        }
    }

    /// Against the contract, Helidon takes it for the end of HTTP, and drops the body.
    @Test
    @Override
    public void answer_that_offers_another_protocol_is_read() throws Exception {
        try (var server = WireServer.start(exchange -> exchange.send(
                "HTTP/1.1 200 OK\r\nUpgrade: h2,h2c\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\ntext"))) {
            assertEquals("", answer(server, "ping"));
        }
    }

    @Test
    void bytes_on_an_idle_connection_are_not_the_next_answer() throws Exception {
        var answerWasRead = new CountDownLatch(1);
        var pushed = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
            exchange.json(200, exchange.body());
            if (exchange.body().equals("one")) {
                answerWasRead.await();
                exchange.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 2\r\n\r\n{}");
                pushed.countDown();
            }
        })) {
            assertEquals("one", answer(server, "one"));
            answerWasRead.countDown();
            pushed.await();
            assertEquals("two", answer(server, "two"));
        }
    }

    /// More streams than carrier threads, each with all its chunks there. The new thread must run before any ends.
    @Test
    void streams_whose_bytes_are_there_let_new_threads_run() throws Exception {
        int streams = 4 * Runtime.getRuntime().availableProcessors();
        var begun = new CountDownLatch(streams);
        var newThreadRan = new AtomicBoolean();
        String chunks = "1\r\na\r\n".repeat(5_000) + "0\r\n\r\n";
        try (var server = WireServer.start(exchange -> exchange.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + chunks));
                var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> ends = Stream.generate(() -> readers.submit(() -> {
                        try (var response = send(server, deadlineIn(LONG))) {
                            response.body().next(deadlineIn(LONG));
                            begun.countDown();
                            begun.await();
                            text(response);
                            return newThreadRan.get();
                        }
                    }))
                    .limit(streams)
                    .toList();
            begun.await();
            Thread.startVirtualThread(() -> newThreadRan.set(true));

            for (Future<Boolean> end : ends) {
                assertTrue(end.get());
            }
        }
    }
}
