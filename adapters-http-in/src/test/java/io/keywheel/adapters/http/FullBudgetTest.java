package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.client.RawClient;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.status.KeyState;
import io.keywheel.timing.Waiting;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Streams that fail while a slow reader holds the whole answer budget.
class FullBudgetTest {

    private static final String RESPONSES = "/v1/responses";

    /// Leaves less than 1 KiB of the smallest answer budget, apart from the 16 KiB of each write.
    private static final String HOLDING = "x".repeat((9 << 20) + (15 << 10));

    private static final String PIECE = "y".repeat(4096);
    private static final String LARGE = PIECE.repeat(5);

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withBudgetBytes(1));

    @AutoClose
    private final RawClient reader = testServer.slowReader();

    @BeforeEach
    void fill() {
        fill(testServer, reader);
    }

    private static void fill(TestServer testServer, RawClient reader) {
        testServer.chats.answer(HOLDING);
        // Once the first bytes arrive, the answer has taken the budget.
        reader.send(RawClient.post("/api/chat", Samples.HELLO)).readUntil("xxx");
    }

    private Response ask(String path) {
        String fields = path.equals("/api/chat/stream") ? "" : "\"stream\":true,\"max_tokens\":9,\"input\":\"a\",";
        return testServer.post(path, "{" + fields + Samples.HELLO.substring(1));
    }

    private static void assertNumbered(List<JsonNode> events) {
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i, events.get(i).get("sequence_number").intValue());
        }
    }

    /// As if fifty keys had failed before.
    private static StreamInterruptedException interruption() {
        List<FailedAttempt> attempts = IntStream.rangeClosed(1, 50)
                .mapToObj(i -> Samples.failed(Samples.GROQ, i, new Failure.Unavailable(PIECE, null)))
                .toList();
        return new StreamInterruptedException("the upstream closed", attempts);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/chat/stream,     /code,                unavailable",
        "/v1/chat/completions, /error/code,          unavailable",
        "/v1/messages,         /error/type,          overloaded_error",
        "/v1/responses,        /response/error/code, server_error"
    })
    void stream_ends_with_an_error_if_its_next_event_is_refused(String path, String field, String code) {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi", LARGE));
        List<JsonNode> events = ask(path).assertStatus(200).events();

        assertEquals(code, events.getLast().at(field).textValue());
        if (path.equals(RESPONSES)) {
            assertNumbered(events);
            assertEquals(
                    "Hi",
                    events.getLast().at("/response/output/0/content/0/text").textValue());
        }
    }

    @Test
    void failed_response_has_no_items_if_those_are_refused() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, PIECE, PIECE, PIECE, PIECE, PIECE));
        List<JsonNode> events = ask(RESPONSES).assertStatus(200).events();

        assertNumbered(events);
        assertEquals("response.failed", events.getLast().get("type").textValue());
        assertEquals(TestServer.json("[]"), events.getLast().at("/response/output"));
    }

    @Test
    void refused_first_event_returns_503() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        testServer
                .post(RESPONSES, "{\"stream\":true,\"input\":\"a\",\"instructions\":\"" + LARGE + "\"}")
                .assertError(503, "unavailable")
                .assertHeader("X-Keywheel-Key", "");
    }

    @Test
    void failed_response_does_not_repeat_the_request_if_that_is_refused() {
        try (var empty = new TestServer(TestServer.Terms.USUAL.withBudgetBytes(1));
                var later = empty.slowReader()) {
            empty.chats.play((_, sink) -> {
                Samples.begin(sink, "Hi");
                fill(empty, later);
                throw interruption();
            });
            List<JsonNode> events = empty.post(
                            RESPONSES, "{\"stream\":true,\"input\":\"a\",\"instructions\":\"" + LARGE + "\"}")
                    .events();

            assertEquals(LARGE, events.getFirst().at("/response/instructions").textValue());
            assertNumbered(events);
            assertEquals("response.failed", events.getLast().get("type").textValue());
        }
    }

    private RawClient subscriberWhoseNextEventIsRefused() {
        var many = new KeyState[500];
        Arrays.fill(many, Pools.READY);
        var subscriber = testServer.raw().send(RawClient.get("/api/events"));
        subscriber.readUntil("\"ready\"");
        testServer.status = Samples.status(Pools.provider(Samples.GROQ, many));
        int before = testServer.asked.get();
        Waiting.until(() -> testServer.asked.get() >= before + 3);
        return subscriber;
    }

    @Test
    void subscriber_gets_the_next_event_after_a_refused_one() {
        try (var subscriber = subscriberWhoseNextEventIsRefused()) {
            testServer.status = Pools.of(Pools.COOLING, Pools.READY);

            subscriber.readUntil("\"cooling\"");
        }
    }

    @Test
    void subscriber_whose_first_event_is_refused_gets_503() {
        try (var _ = subscriberWhoseNextEventIsRefused()) {
            testServer.exchange(RawClient.get("/api/events")).assertError(503, "unavailable");
        }
    }

    @Test
    void refused_error_is_replaced_by_a_short_one() {
        testServer.chats.breakOff("Hi", interruption());

        assertEquals(
                "unavailable",
                ask("/api/chat/stream").events().getLast().get("code").textValue());
        try (var socket = testServer.socket()) {
            socket.ask("a");
            assertEquals("unavailable", socket.last().get("code").textValue());
        }
    }
}
