package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.status.EventsHandler;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawClient.Way;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.timing.LongerTimeouts;
import io.keywheel.timing.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

@Execution(CONCURRENT)
class EventsTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    @AutoClose
    private final TestServer testServer = new TestServer();

    private RawClient subscriber() {
        return testServer.raw().send(RawClient.get("/api/events"));
    }

    private static JsonNode next(RawClient subscriber) {
        subscriber.readUntil("data: ");
        return TestServer.json(subscriber.readUntil("\n\n"));
    }

    private static String state(JsonNode event) {
        return event.at("/providers/0/keys/0/state").textValue();
    }

    @Test
    void first_event_is_a_full_snapshot() {
        testServer.counted.slices = List.of(new TrafficSlice(
                Samples.NOW, Duration.ofSeconds(10), 3, 2, 1, 7, Map.of("timed_out", 1L, "rate_limited", 4L)));
        try (var subscriber = subscriber()) {
            JsonNode event = next(subscriber);

            assertEquals(testServer.get("/api/keys").json().get("providers"), event.get("providers"));
            assertEquals(TestServer.json("""
                            {"at": "2026-11-25T12:00:00.000Z", "providers": null,
                             "current_provider": "groq", "under_way": 0, "waiting": 0,
                             "recent": [{"from": "2026-11-25T12:00:00.000Z", "seconds": 10,
                               "requests": {"ok": 3, "failed": 2, "left": 1}, "attempts": 7,
                               "failures": {"rate_limited": 4, "timed_out": 1}}]}"""), ((ObjectNode) event).putNull("providers"));
        }
    }

    @Test
    void cooling_key_is_published_within_a_second() {
        assertTrue(EventsHandler.PERIOD.compareTo(A_SECOND) < 0);
        try (var subscriber = subscriber()) {
            next(subscriber);
            // The stream sends no snapshot while nothing changes.
            Waiting.until(() -> testServer.asked.get() >= 3);
            testServer.status = Pools.of(Pools.COOLING, Pools.READY);

            JsonNode event = next(subscriber);

            assertEquals("cooling", state(event));
        }
    }

    @Test
    void started_chat_raises_the_count_of_active_chats() {
        var mayEnd = new CountDownLatch(1);
        testServer.chats.play((_, sink) -> Samples.pause(sink, mayEnd));
        try (var subscriber = subscriber();
                var asking = testServer.raw()) {
            next(subscriber);

            asking.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"one\"");

            assertEquals(1, next(subscriber).get("under_way").intValue());
            mayEnd.countDown();
        }
    }

    @Test
    void subscribers_share_a_snapshot_and_none_is_taken_without_them() {
        List<RawClient> subscribers = Stream.generate(this::subscriber).limit(8).toList();
        subscribers.forEach(EventsTest::next);
        long begin = System.nanoTime();
        int before = testServer.asked.get();
        Waiting.until(() -> testServer.asked.get() >= before + 2);
        int looks = testServer.asked.get() - before;
        long periods = (System.nanoTime() - begin) / EventsHandler.PERIOD.toNanos() + 2;
        assertTrue(looks <= periods, () -> looks + " > " + periods);

        subscribers.forEach(RawClient::close);
        Waiting.until(() -> testServer.connections() == 0);
        int after = testServer.asked.get();
        Waiting.pause(EventsHandler.PERIOD.multipliedBy(3));
        assertEquals(after, testServer.asked.get());
    }

    @Test
    void subscriber_limit_returns_503_until_a_subscriber_leaves() {
        List<RawClient> subscribers = Stream.generate(this::subscriber)
                .limit(EventsHandler.MOST_SUBSCRIBERS)
                .toList();
        subscribers.forEach(EventsTest::next);

        var refused = testServer.get("/api/events");

        refused.assertError(503, "unavailable");
        subscribers.getFirst().close();
        Waiting.until(() -> {
            try (var another = subscriber()) {
                return another.readUntil("\r\n").contains(" 200 ");
            }
        });
        subscribers.forEach(RawClient::close);
    }

    @Test
    void reset_after_excess_input_ends_the_subscription() {
        try (var quiet = new TestServer(
                        TestServer.Terms.USUAL.withTimeouts(Duration.ofMinutes(1), A_SECOND, Duration.ofMinutes(1)));
                var subscriber = quiet.raw().send(RawClient.get("/api/events"))) {
            next(subscriber);
            subscriber.send("x".repeat(200_000));

            subscriber.leave(Way.RESET);

            Waiting.until(() -> quiet.connections() == 0);
        }
    }

    @Test
    void idle_event_stream_sends_a_keepalive_comment() {
        try (var quiet =
                        new TestServer(TestServer.Terms.USUAL.withTimeouts(Duration.ofMinutes(1), A_SECOND, A_SECOND));
                var subscriber = quiet.raw().send(RawClient.get("/api/events"))) {
            next(subscriber);

            assertTrue(subscriber.readUntil("\n\n").endsWith("\r\n:\n\n"));
        }
    }

    @Test
    void gateway_stop_ends_the_event_stream() throws Exception {
        // Shortly afterwards the gateway closes all connections, with or without a last chunk.
        LongerTimeouts.retryFrom(A_SECOND, _ -> {
            try (var stopping = new TestServer();
                    var subscriber = stopping.raw().send(RawClient.get("/api/events"))) {
                next(subscriber);

                var stopped = stopping.stop(Duration.ofMinutes(5));

                assertTrue(subscriber.readAll().endsWith("0\r\n\r\n"));
                stopped.orTimeout(30, TimeUnit.SECONDS).join();
            }
        });
    }

    @Test
    void event_stream_needs_a_token_and_ends_when_revoked() {
        try (var guarded = TestServer.guarded("t0ken");
                var subscriber = guarded.raw().send(RawClient.get("/api/events", "Authorization: Bearer t0ken"))) {
            guarded.get("/api/events").assertStatus(401);
            assertEquals("ready", state(next(subscriber)));
            guarded.gateway.replaceAccessTokens(TestServer.Terms.clients("n3w"));

            assertTrue(subscriber.readUntil("0\r\n\r\n").endsWith("0\r\n\r\n"));
        }
    }
}
