package io.keywheel.adapters.llm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.wire.Transport.Request;
import io.keywheel.adapters.llm.wire.Transport.Response;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.FullListener;
import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every transport must do, with a provider that may do anything.
@Timeout(30)
abstract class TransportContract {

    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(5);

    private final Transport transport = open(Duration.ofSeconds(1));

    abstract Transport open(Duration connectTimeout);

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void posts_and_reads_a_whole_answer() throws Exception {
        try (var server = WireServer.start(
                        exchange -> exchange.json(200, "{\"got\":\"" + exchange.body() + "\"}", "X-Y: z"));
                var response = send(server, patience(LONG))) {
            assertEquals(200, response.status());
            assertEquals("z", response.headers().get("x-y"));
            assertEquals("{\"got\":\"ping\"}", text(response));
        }
    }

    @Test
    void gets_without_a_body() throws Exception {
        try (var server = WireServer.start(
                        exchange -> exchange.json(200, exchange.head().substring(0, 4)));
                var response = transport.send(
                        new Request(URI.create(server.baseUrl() + "/models"), new LinkedHashMap<>(), null),
                        patience(LONG))) {
            assertEquals("GET ", text(response));
        }
    }

    @Test
    void sends_no_header_that_was_not_asked_for() throws Exception {
        try (var server = WireServer.start(exchange -> exchange.json(200, "{}"));
                var response = send(server, patience(LONG))) {
            assertEquals("{}", text(response));
            List<String> names = server.exchanges()
                    .getFirst()
                    .head()
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
                    .filter(name -> !name.equals("connection"))
                    .sorted()
                    .toList();
            assertEquals(List.of("authorization", "content-length", "host", "user-agent"), names);
        }
    }

    @Test
    void delivers_a_stream_as_it_comes() throws Exception {
        var seen = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
                    exchange.openStream();
                    exchange.chunk("first");
                    assertTrue(seen.await(5, TimeUnit.SECONDS));
                    exchange.chunk("second");
                    exchange.endStream();
                });
                var response = send(server, patience(LONG))) {
            assertEquals("first", string(response.body().next(patience(LONG))));
            seen.countDown();
            assertEquals("second", text(response));
        }
    }

    @Test
    void reads_a_body_that_only_the_end_of_the_connection_delimits() throws Exception {
        try (var server = WireServer.start(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nall of it");
                    exchange.close();
                });
                var response = send(server, patience(LONG))) {
            assertEquals("all of it", text(response));
        }
    }

    @Test
    void skips_interim_answers() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            exchange.json(200, exchange.body());
        })) {
            for (String ping : List.of("one", "two")) {
                try (var response = send(server, ping, patience(LONG))) {
                    assertEquals(200, response.status());
                    assertEquals(ping, text(response));
                }
            }
        }
    }

    @Test
    void never_surfaces_a_connection_that_went_stale() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.json(200, exchange.body());
            exchange.close();
        })) {
            for (int i = 0; i < 300; i++) {
                try (var response = send(server, "ping " + i, patience(LONG))) {
                    assertEquals("ping " + i, text(response));
                }
            }
            assertEquals(300, server.exchanges().size());
        }
    }

    @Test
    void does_not_knock_again_and_again_at_a_server_that_begins_to_break_off() throws Exception {
        var broken = new AtomicBoolean();
        var together = new CyclicBarrier(20);
        try (var server = WireServer.start(exchange -> {
            if (broken.get()) {
                exchange.close();
            } else {
                together.await(5, TimeUnit.SECONDS);
                exchange.json(200, "{}");
            }
        })) {
            sendAtOnce(server, 20);
            broken.set(true);
            int before = server.exchanges().size();

            assertThrows(TransportException.class, () -> send(server, patience(LONG)));

            assertTrue(
                    server.exchanges().size() - before <= 3,
                    () -> server.exchanges().size() + " requests");
        }
    }

    private void sendAtOnce(WireServer server, int count) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> texts = IntStream.range(0, count)
                    .mapToObj(_ -> threads.submit(() -> {
                        try (var response = send(server, patience(LONG))) {
                            return text(response);
                        }
                    }))
                    .toList();
            for (Future<String> text : texts) {
                assertEquals("{}", text.get());
            }
        }
    }

    @Test
    void leaves_no_connection_behind_whenever_the_interrupt_comes() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.openStream();
            exchange.chunk("first");
            exchange.awaitHangUp();
        })) {
            var random = new Random(7);
            for (int i = 0; i < 300; i++) {
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        send(server, patience(LONG)).close();
                    } catch (TransportException | InterruptedException _) {
                        return; // either is a way of not getting the answer
                    }
                });
                LockSupport.parkNanos(random.nextInt(1_500_000));
                sender.interrupt();
                sender.join();
            }

            awaitNoneOpen(server);
        }
    }

    private static void awaitNoneOpen(WireServer server) {
        long end = System.nanoTime() + LONG.toNanos();
        while (server.open() > 0) {
            assertTrue(System.nanoTime() < end, () -> server.open() + " connections are still open");
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void does_not_repeat_what_fails_on_a_new_connection() throws Exception {
        try (var server = WireServer.start(WireExchange::close)) {
            var failure = assertThrows(TransportException.class, () -> send(server, patience(LONG)));

            assertFalse(failure.isTimeout());
            assertEquals(1, server.exchanges().size());
        }
    }

    @Test
    void does_not_repeat_a_request_of_which_the_answer_had_begun() throws Exception {
        try (var server = WireServer.start(exchange -> {
            if (exchange.body().equals("first")) {
                exchange.json(200, "{}");
            } else {
                exchange.send("HTTP/1.1 200 OK\r\nX-Half: a");
                exchange.reset();
            }
        })) {
            try (var response = send(server, "first", patience(LONG))) {
                assertEquals("{}", text(response));
            }

            assertThrows(TransportException.class, () -> send(server, "second", patience(LONG)));
            assertEquals(2, server.exchanges().size());
        }
    }

    @Test
    void reports_a_body_shorter_than_announced() throws Exception {
        try (var server = WireServer.start(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                    exchange.close();
                });
                var response = send(server, patience(LONG))) {
            assertFalse(
                    assertThrows(TransportException.class, () -> text(response)).isTimeout());
        }
    }

    @Test
    void reports_a_stream_that_is_cut() throws Exception {
        try (var server = WireServer.start(exchange -> {
                    exchange.openStream();
                    exchange.chunk("half");
                    exchange.close();
                });
                var response = send(server, patience(LONG))) {
            assertFalse(
                    assertThrows(TransportException.class, () -> text(response)).isTimeout());
        }
    }

    @Test
    void reports_a_refused_connection() throws Exception {
        int port;
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        var failure = assertThrows(
                TransportException.class,
                () -> transport.send(request(URI.create("http://127.0.0.1:" + port), "x"), patience(LONG)));
        assertEquals("the connection was refused", failure.reason());
    }

    @Test
    void gives_up_connecting_in_time() throws Exception {
        try (var full = new FullListener();
                var impatient = open(SOON)) {
            var failure = assertThrows(
                    TransportException.class,
                    () -> impatient.send(request(URI.create(full.baseUrl()), "x"), patience(LONG)));

            assertTrue(failure.isTimeout());
            assertEquals("no connection within 300ms", failure.reason());
        }
    }

    @Test
    void an_answer_may_take_longer_than_connecting() throws Exception {
        try (var impatient = open(SOON);
                var server = WireServer.start(exchange -> {
                    assertFalse(exchange.hungUpWithin(2 * (int) SOON.toMillis()));
                    exchange.json(200, "{}");
                });
                var response =
                        impatient.send(request(URI.create(server.baseUrl() + "/chat"), "ping"), patience(LONG))) {
            assertEquals("{}", text(response));
        }
    }

    @Test
    void gives_up_sending_what_is_not_read() throws Exception {
        String moreThanTheSystemHasRoomFor = "x".repeat(24 << 20);
        try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var uri = URI.create("http://127.0.0.1:" + deaf.getLocalPort());
            var failure = assertThrows(
                    TransportException.class,
                    () -> transport.send(request(uri, moreThanTheSystemHasRoomFor), patience(SOON)));

            assertTrue(failure.isTimeout());
        }
    }

    @Test
    void gives_up_waiting_for_the_head() throws Exception {
        try (var server = WireServer.start(WireExchange::awaitHangUp)) {
            assertTrue(assertThrows(TransportException.class, () -> send(server, patience(SOON)))
                    .isTimeout());
        }
    }

    @Test
    void gives_up_waiting_for_a_head_that_trickles() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\n");
            while (!exchange.hungUpWithin(20)) {
                exchange.send("X-More: x\r\n");
            }
        })) {
            assertTrue(assertThrows(TransportException.class, () -> send(server, patience(SOON)))
                    .isTimeout());
        }
    }

    @Test
    void gives_up_waiting_for_more_of_a_body_and_hangs_up() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
            exchange.openStream();
            exchange.chunk("first");
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            try (var response = send(server, patience(LONG))) {
                assertEquals("first", string(response.body().next(patience(LONG))));
                assertTrue(assertThrows(
                                TransportException.class, () -> response.body().next(patience(SOON)))
                        .isTimeout());
            }
            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void an_interrupt_ends_the_wait_for_a_head_at_once() throws Exception {
        var asked = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            var outcome = interrupted(asked, () -> send(server, patience(LONG)).close());

            assertTrue(outcome.get(1, TimeUnit.SECONDS) instanceof InterruptedException);
            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void an_interrupt_ends_the_wait_for_a_body_at_once() throws Exception {
        var reading = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
            exchange.openStream();
            exchange.chunk("first");
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            var outcome = interrupted(reading, () -> {
                try (var response = send(server, patience(LONG))) {
                    assertNotNull(response.body().next(patience(LONG)));
                    reading.countDown();
                    response.body().next(patience(LONG));
                }
            });

            assertTrue(outcome.get(1, TimeUnit.SECONDS) instanceof InterruptedException);
            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void closing_early_closes_the_connection() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
            exchange.openStream();
            exchange.chunk("first");
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            send(server, patience(LONG)).close();

            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void closing_the_transport_ends_what_is_under_way() throws Exception {
        var asked = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        })) {
            var outcome = outcome(() -> send(server, patience(LONG)).close());
            assertTrue(asked.await(5, TimeUnit.SECONDS));
            transport.close();

            assertTrue(outcome.get(2, TimeUnit.SECONDS) instanceof TransportException);
        }
    }

    @Test
    void uses_a_connection_again() throws Exception {
        try (var server = WireServer.start(exchange -> exchange.stream("one", "[DONE]"))) {
            for (int i = 0; i < 20; i++) {
                try (var response = send(server, patience(LONG))) {
                    assertEquals("data: one\n\ndata: [DONE]\n\n", text(response));
                }
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void follows_no_redirect() throws Exception {
        try (var server = WireServer.start(exchange -> exchange.answer(302, "text/plain", "", "Location: /elsewhere"));
                var response = send(server, patience(LONG))) {
            assertEquals(302, response.status());
            assertEquals(1, server.exchanges().size());
        }
    }

    @Test
    void bounds_the_head() throws Exception {
        String kilobyte = "X-Long: " + "x".repeat(1014) + "\r\n";
        try (var server = WireServer.start(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\n");
            while (true) {
                exchange.send(kilobyte);
            }
        })) {
            assertFalse(assertThrows(TransportException.class, () -> send(server, patience(LONG)))
                    .isTimeout());
        }
    }

    @Test
    void takes_garbage_for_no_answer() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.send("SSH-2.0-OpenSSH_9.9\r\n\r\n");
            exchange.close();
        })) {
            assertFalse(assertThrows(TransportException.class, () -> send(server, patience(LONG)))
                    .isTimeout());
            assertEquals(1, server.exchanges().size());
        }
    }

    Response send(WireServer server, Patience patience) throws TransportException, InterruptedException {
        return send(server, "ping", patience);
    }

    Response send(WireServer server, String body, Patience patience) throws TransportException, InterruptedException {
        return transport.send(request(URI.create(server.baseUrl() + "/chat"), body), patience);
    }

    static Patience patience(Duration duration) {
        return Patience.forAnswer(new Timeouts(duration, duration, duration), LONG);
    }

    static String text(Response response) throws TransportException, InterruptedException {
        return new String(Bodies.whole(response.body(), patience(LONG), 1 << 20), StandardCharsets.UTF_8);
    }

    private static Request request(URI uri, String body) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("User-Agent", "Keywheel/0.1.0");
        headers.put("Authorization", "Bearer x");
        return new Request(uri, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String string(byte @Nullable [] bytes) {
        return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
    }

    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /// What `action` throws, on a thread that is interrupted when the latch is down.
    private static CompletableFuture<Throwable> interrupted(CountDownLatch when, Action action) throws Exception {
        var thrown = new CompletableFuture<Throwable>();
        Thread thread = Thread.ofPlatform().start(() -> thrown.complete(catching(action)));
        assertTrue(when.await(5, TimeUnit.SECONDS));
        thread.interrupt();
        return thrown;
    }

    private static CompletableFuture<Throwable> outcome(Action action) {
        var thrown = new CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> thrown.complete(catching(action)));
        return thrown;
    }

    private static Throwable catching(Action action) {
        try {
            action.run();
            return new AssertionError("nothing was thrown");
        } catch (Throwable thrown) {
            return thrown;
        }
    }
}
