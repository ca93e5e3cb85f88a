package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.timing.Waiting;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/// WebSockets when the gateway stops or revokes tokens.
@Execution(CONCURRENT)
class SocketStopTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void stop_closes_an_idle_websocket_immediately() {
        try (var socket = testServer.socket()) {
            testServer.stopWithin(Duration.ofMinutes(5));

            assertEquals(1001, socket.closeCode());
        }
    }

    @Test
    void chat_after_token_change_closes_the_websocket_with_1008() {
        try (var socket = testServer.socket()) {
            testServer.gateway.replaceAccessTokens(TestServer.Terms.clients("n3w"));
            socket.ask("a");

            assertEquals(1008, socket.closeCode());
        }
    }

    @Test
    void chat_after_token_change_belongs_to_the_client_that_has_the_token_now() {
        testServer.chats.answer("hello");
        try (var socket = new RawSocket(testServer.raw(), "Authorization: Bearer n3w")) {
            testServer.gateway.replaceAccessTokens(TestServer.Terms.clients("n3w"));
            socket.ask("a");
            socket.next();

            assertEquals("with-n3w", testServer.chats.last().client());
        }
    }

    @Test
    void draining_websocket_closes_after_its_chats_end() {
        var mayEnd = new CountDownLatch(1);
        testServer.chats.play((_, sink) -> Samples.pause(sink, mayEnd));
        try (var socket = testServer.socket()) {
            socket.ask("a");
            assertEquals("one", socket.next().get("content").textValue());
            var stopped = testServer.stopUntilDraining();
            socket.ask("b");
            assertEquals("unavailable", socket.next().get("code").textValue());
            mayEnd.countDown();

            assertEquals("two", socket.next().get("content").textValue());
            assertEquals("done", socket.next().get("type").textValue());
            assertEquals(1001, socket.closeCode());
            stopped.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void draining_waits_for_a_chat_after_an_error_exceeded_the_budget() {
        var mayEnd = new CountDownLatch(1);
        try (var server = new TestServer(TestServer.Terms.USUAL.withBudgetBytes(1));
                var reader = server.slowReader();
                var socket = server.socket()) {
            server.chats.answer("x".repeat((9 << 20) + 10_000));
            reader.send(RawClient.post("/api/chat", Samples.HELLO)).readUntil("xxx");
            server.chats.play((_, sink) -> Samples.pause(sink, mayEnd));
            socket.ask("a");
            assertEquals("one", socket.next().get("content").textValue());
            server.chats.fail(new Failure.Rejected(new UpstreamError(400, "no ".repeat(10_000), null, null, null)));
            socket.ask("b");
            assertEquals("unavailable", socket.next().get("code").textValue());
            server.post("/api/chat", Samples.HELLO).assertError(503, "unavailable");
            var stopped = server.stopUntilDraining();
            mayEnd.countDown();

            assertEquals("two", socket.next().get("content").textValue());
            assertEquals("done", socket.next().get("type").textValue());
            assertEquals(1001, socket.closeCode());
            reader.leave(RawClient.Way.RESET);
            stopped.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void drain_timeout_sends_an_error_before_closing_the_websocket() {
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        try (var socket = testServer.socket()) {
            socket.ask("a");
            socket.next();
            testServer.stopWithin(SHORT);

            assertEquals("unavailable", socket.next().get("code").textValue());
            assertEquals(1001, socket.closeCode());
        }
    }

    @Test
    void stop_is_not_delayed_by_a_stalled_websocket_reader() {
        var taken = new AtomicLong();
        testServer.chats.play((_, sink) -> {
            while (true) {
                Samples.begin(sink, "x".repeat(50_000));
                taken.incrementAndGet();
            }
        });
        try (var stalled = testServer.socket();
                var other = testServer.socket()) {
            stalled.ask("a");
            stalled.frame();
            Waiting.until(() -> taken.get() > 0);
            Waiting.untilSteady(taken::get);
            testServer.stopWithin(SHORT);

            assertEquals(1001, other.closeCode());
        }
    }

    @Test
    void stop_is_not_delayed_by_a_pinging_stalled_websocket() {
        var sent = new AtomicLong();
        try (var stalled = testServer.socket()) {
            var pinging = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        stalled.send(0x89, new byte[125], 0, 125);
                        sent.incrementAndGet();
                    }
                } catch (UncheckedIOException _) {
                    // The gateway has closed.
                }
            });
            Waiting.until(() -> sent.get() > 0);
            Waiting.untilSteady(sent::get);
            testServer.stopWithin(SHORT);

            Waiting.until(() -> !pinging.isAlive());
        }
    }
}
