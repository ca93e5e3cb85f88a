package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.timing.Waiting;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Records and traces of requests, from begin to end.
class RequestTracingTest {

    private static final String TOKEN = "Authorization: Bearer t";
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withTokens("t"));

    RequestTracingTest() {
        testServer.counted.isTracing = true;
    }

    private void assertTurns(String... turns) {
        Waiting.until(() -> testServer.counted.turns.size() == turns.length);
        assertEquals(List.of(turns), testServer.counted.turns);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    /api/chat            | 'model':'m',                    | json             | m
                    /api/chat            | 'model':'auto',                 | json             | auto
                    /api/chat/stream     | 'model':'m',                    | sse              | m
                    /v1/chat/completions | 'model':'m',                    | openai           | m
                    /v1/chat/completions | 'model':'auto','stream':true,   | openai_stream    | auto
                    /v1/messages         | 'model':'m','max_tokens':9,     | messages         | m
                    /v1/messages         | 'max_tokens':9,'stream':true,   | messages_stream  | auto
                    /v1/responses        | 'input':'a',                    | responses        | auto
                    /v1/responses        | 'input':'a','stream':true,      | responses_stream | auto
                    """)
    void chat_joins_its_requests_trace_and_has_its_client_in_each_api(
            String path, String fields, String api, String asked) {
        testServer.chats.answer("a");

        testServer.post(
                path, "{" + fields.replace('\'', '"') + Samples.HELLO.substring(1), TOKEN, "traceparent: " + PARENT);

        assertTurns("1 begins: POST " + path + " of " + PARENT, "1 ends: 200 ok " + api + " with-t");
        assertEquals(Counted.context(1), testServer.chats.commands().getFirst().trace());
        assertEquals("with-t", testServer.chats.commands().getFirst().client());
        assertEquals(Counted.context(1), testServer.counted.trace);
        assertCounted(api, asked, "ok");
    }

    /// The console reads the usage again once it sees another count.
    @Test
    void usage_of_a_chat_is_known_before_it_is_counted() {
        var known = new CopyOnWriteArrayList<RequestRecord>();
        testServer.counted.beforeCount = () -> known.addAll(testServer.usage.requests(_ -> true));
        testServer.chats.answer("a");

        testServer.post("/api/chat", Samples.HELLO, TOKEN);

        assertEquals(List.of(testServer.counted.only()), known);
    }

    private void assertCounted(String api, String asked, String outcome) {
        RequestRecord request = testServer.counted.only();
        assertEquals(
                api + " " + asked + " " + outcome,
                request.api() + " " + request.requestedModel() + " "
                        + request.ending().outcome().label());
    }

    @Test
    void unauthorized_chat_is_traced_without_a_client() {
        testServer.post("/api/chat", Samples.HELLO);

        assertTurns("1 begins: POST /api/chat of null", "1 ends: 401 unauthorized json anonymous");
    }

    @Test
    void request_with_unreadable_body_is_traced_to_its_end() {
        String headers = "\r\nAuthorization: Bearer t\r\ntracestate: a=1\r\ntracestate: b=2\r\n\r\n";

        testServer.exchange(RawClient.chunkedHead().replace("\r\n\r\n", headers) + "x\r\n{}\r\n0\r\n\r\n");

        assertEquals(List.of("a=1, b=2"), testServer.counted.states);
        assertEquals("1 ends: 400", testServer.counted.turns.getLast().substring(0, 11));
    }

    @Test
    void non_chat_requests_are_not_traced() {
        testServer.get("/health");
        testServer.get("/api/keys", TOKEN);

        assertEquals(List.of(), testServer.counted.turns);
    }

    @Test
    void websocket_chats_are_children_of_the_handshake_trace() {
        testServer.chats.answer("a");
        try (var socket = new RawSocket(testServer.raw(), TOKEN)) {
            socket.ask("a");
            socket.next();
            socket.next();
            Waiting.until(() -> testServer.counted.turns.size() == 4);
            socket.send("{'type':'nonsense'}");
            socket.next();
            assertTurns(
                    "1 begins: GET /api/chat/ws of null",
                    "1 ends: 101 ok other with-t",
                    "2 begins: WS /api/chat/ws of " + Counted.context(1).traceparent(),
                    "2 ends: 200 ok websocket with-t",
                    "3 begins: WS /api/chat/ws of " + Counted.context(1).traceparent(),
                    "3 ends: 400 invalid_request websocket with-t");
        }
        assertEquals(Counted.context(2), testServer.chats.commands().getFirst().trace());
    }

    @Test
    void chat_has_no_trace_context_without_tracing() {
        testServer.counted.isTracing = false;
        testServer.chats.answer("a");

        testServer.post("/api/chat", Samples.HELLO, TOKEN, "traceparent: " + PARENT);

        assertNull(testServer.chats.commands().getFirst().trace());
    }

    @Test
    void invalid_chat_is_recorded_without_a_route() {
        testServer.post("/api/chat", "{}", TOKEN);

        assertCounted("json", "", "invalid_request");
        assertNull(testServer.counted.only().timing().firstContent());
    }

    @Test
    void interrupted_stream_is_recorded_with_time_to_first_content() {
        testServer.chats.breakOff("a", new StreamInterruptedException("cut", List.of()));
        testServer.post("/api/chat/stream", Samples.HELLO, TOKEN);

        assertCounted("sse", "auto", "interrupted");
        RequestRecord.Timing timing = testServer.counted.only().timing();
        assertNotNull(timing.firstContent());
        assertTrue(timing.firstContent().compareTo(timing.duration()) <= 0);
    }

    /// The first header is that of Prometheus 2.53; in the last row, the gateway has no OpenMetrics.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | EOF | true
                    application/openmetrics-text | EOF | true
                    application/openmetrics-text;q=0.2,text/plain;q=0.3 | EOF | false
                    text/plain | EOF | false
                    */* | EOF | false
                    application/openmetrics-text | | false
                    """)
    void metrics_format_follows_the_accept_header(String accept, String openMetrics, boolean open) {
        testServer.counted.openMetrics = openMetrics;
        String type = open ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4";

        testServer.get("/metrics", TOKEN, "Accept: " + accept).assertHeader("Content-Type", type + "; charset=utf-8");
    }
}
