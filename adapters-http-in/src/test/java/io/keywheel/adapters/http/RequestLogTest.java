package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawClient.Way;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.failover.Failure;
import io.keywheel.timing.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which requests and messages are logged, and the fields of their lines.
@Isolated("listens to the log, which there is one of")
class RequestLogTest {

    private static final String SOCKET = "WS /api/chat/ws";
    private static final String CANCELLED = "groq/1:rate_limited, cerebras/1:cancelled";

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.requests");

    @AutoClose
    private final TestServer testServer = new TestServer();

    @AutoClose
    private final LogLines helidon = new LogLines("io.helidon.webserver");

    /// One whose handshake has been logged.
    private RawSocket socket() {
        var socket = testServer.socket();
        log.forget();
        return socket;
    }

    @Test
    void successful_chat_logs_one_line() {
        testServer.chats.play((_, _) -> Samples.answer("secret", Samples.limited(Samples.GROQ, 1)));
        testServer.post("/api/chat", Samples.HELLO, "X-Request-Id: r-1");

        log.assertOnly("POST /api/chat", 200, "ok", "groq/1:rate_limited, cerebras/1:ok", "5\\+7=12");
        assertTrue(log.lines().getFirst().startsWith("id=r-1 "));
    }

    @Test
    void chat_that_a_stop_interrupts_after_its_answer_gets_one_answer_and_one_line() {
        testServer.chats.answer("a");
        testServer.usage.onEnd = () -> Thread.currentThread().interrupt();
        try (var client = testServer.raw()) {
            String all = client.send(RawClient.post("/api/chat", Samples.HELLO)).readAll();

            assertEquals(2, all.split("HTTP/1.1 ", -1).length, all);
        }
        assertEquals(1, log.lines().size(), log.lines()::toString);
    }

    static Stream<Arguments> breaks() {
        var cut = Samples.failed(Samples.CEREBRAS, 1, new Failure.Interrupted("cut"));
        return Stream.of(
                arguments(new StreamInterruptedException("cut", List.of(cut)), "interrupted", "cerebras/1:interrupted"),
                arguments(new ChatCancelledException(List.of()), "cancelled", "cerebras/1:cancelled"),
                arguments(new IllegalStateException("a bug"), "internal", "cerebras/1:cancelled"));
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void broken_stream_or_websocket_chat_logs_one_line(RuntimeException failure, String outcome, String attempts) {
        testServer.chats.breakOff("a", failure);
        testServer.post("/api/chat/stream", Samples.HELLO);
        log.assertOnly("POST /api/chat/stream", 200, outcome, attempts, "-");
        log.lines().clear();

        try (var socket = socket()) {
            socket.ask("a");
            Waiting.until(() -> socket.next().has("error"));
        }
        log.assertOnly(SOCKET, 200, outcome, attempts, "-");
    }

    @Test
    void disconnect_before_an_error_response_logs_499() {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        testServer.reload = () -> {
            begun.countDown();
            Waiting.latch(mayEnd);
            throw new BadSettingsException(List.of("wrong"));
        };
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/reload", "{}"));
            Waiting.latch(begun);
            client.leave(Way.RESET);
        }
        mayEnd.countDown();

        log.assertOnly("POST /api/reload", 499, "client_gone");
    }

    @Test
    void disconnect_before_content_logs_499() {
        var begun = testServer.chats.lastAtTheSecondKey();
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO));
            Waiting.latch(begun);
        }
        log.assertOnly("POST /api/chat/stream", 499, "client_gone", CANCELLED, "-");
        log.lines().clear();

        begun = testServer.chats.lastAtTheSecondKey();
        try (var socket = socket()) {
            socket.ask("a");
            Waiting.latch(begun);
        }
        log.assertOnly(SOCKET, 499, "client_gone", CANCELLED, "-");
    }

    @Test
    void disconnect_during_a_stream_logs_only_one_line() {
        testServer.chats.flood("x".repeat(1000));
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("xxx");
            client.leave(Way.RESET);
        }

        log.assertOnly("POST /api/chat/stream", 200, "client_gone", "cerebras/1:cancelled", "-");
        Waiting.until(() -> testServer.connections() == 0);
        assertEquals(List.of(), helidon.lines());
    }

    private static String to(String targetAndVersion) {
        return "GET " + targetAndVersion + "\r\nHost: localhost\r\n\r\n";
    }

    /// The line has the path as it was sent, and no query. Separate code logs requests that reach no handler.
    static Stream<Arguments> otherRequests() {
        String withTrailer = RawClient.chunkedHead() + "2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n";
        return Stream.of(
                arguments(RawClient.get("/api/keys?token=s3cret"), "GET /api/keys", 200, "ok"),
                arguments(RawClient.get("/%3Fa?token=s3cret?b"), "GET /%3Fa", 404, "not_found"),
                arguments(RawClient.get("/api/%zz?token=s3cret"), "GET /api/%zz", 400, "invalid_request"),
                arguments(RawClient.get("//api/./keys"), "GET //api/./keys", 404, "not_found"),
                arguments(RawClient.head("M-SEARCH /x/../keys;a=b"), "M-SEARCH /x/../keys;a=b", 404, "not_found"),
                arguments(RawClient.head("HEAD /a%0Ab%20%22"), "HEAD /a%0Ab%20%22", 404, "not_found"),
                arguments(RawClient.get("/v1/models/a%2Fb"), "GET /v1/models/a%2Fb", 404, "model_not_found"),
                arguments(RawClient.get("/api/chat"), "GET /api/chat", 405, "method_not_allowed"),
                arguments(RawClient.get("/api/chat/ws"), "GET /api/chat/ws", 426, "upgrade_required"),
                arguments(RawClient.post("/api/chat", "{}"), "POST /api/chat", 400, "invalid_request"),
                arguments("GET /api/keys HTTP/1.1\r\n\r\n", "GET /api/keys", 400, "invalid_request"),
                arguments(RawClient.get("/api/keys?" + "x".repeat(9000)), "GET /api/keys", 414, "uri_too_long"),
                arguments("GET  HTTP/1.1\r\n\r\n", "GET -", 400, "invalid_request"),
                arguments(to("/a?token=s3cret HTTP/1.0"), "GET /a", 505, "http_version_not_supported"),
                arguments(to("/a#s3cret HTTP/1.0"), "GET /a", 505, "http_version_not_supported"),
                arguments(to("/a?token=s3cret HTTP/3.0"), "GET /a", 505, "http_version_not_supported"),
                arguments(to("/a?token=s3cret HTTP/1.1 s3cret"), "GET /a", 400, "invalid_request"),
                arguments(to("/a?token=s3cret#s3cret HTTP/1.1"), "GET /a", 400, "invalid_request"),
                arguments(to("http://me:s3cret@localhost/ HTTP/1.1"), "GET -", 400, "invalid_request"),
                arguments(to("me:s3cret@localhost HTTP/1.0"), "GET -", 505, "http_version_not_supported"),
                arguments(withTrailer, "POST /api/chat", 400, "invalid_request"));
    }

    @ParameterizedTest
    @MethodSource("otherRequests")
    void other_requests_log_one_line_without_query_or_user(String request, String logged, int status, String outcome) {
        testServer.statusOf(request);

        log.assertOnly(logged, status, outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/health/live", "/health/ready", "/metrics", "/console/console.js"})
    void successful_probes_and_assets_log_nothing(String path) {
        testServer.get(path);

        assertEquals(List.of(), log.lines());
    }

    @Test
    void failed_readiness_probe_logs_one_line() {
        testServer.status = Pools.of(Pools.COOLING, Pools.COOLING);
        testServer.get("/health/ready");

        log.assertOnly("GET /health/ready", 503, "unavailable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "GET / HT", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: loc"})
    void disconnect_during_the_head_logs_nothing(String begin) {
        try (var client = testServer.raw()) {
            client.send(begin);
            Waiting.until(() -> testServer.connections() == 1);
        }
        Waiting.until(() -> testServer.connections() == 0);

        assertEquals(List.of(), helidon.lines());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void websocket_disconnect_during_an_answer_logs_client_gone() {
        testServer.chats.flood("x".repeat(10_000));
        try (var socket = socket()) {
            socket.ask("a");
            socket.next();
        }

        log.assertOnly(SOCKET, 200, "client_gone", "cerebras/1:cancelled", "-");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new IllegalStateException("a bug"), 500, "internal"),
                arguments(new UnknownModelException("nope\n", List.of()), 404, "model_not_found"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failed_websocket_chat_logs_its_status_and_outcome(RuntimeException failure, int status, String outcome) {
        testServer.chats.play((_, _) -> {
            throw failure;
        });
        try (var socket = socket()) {
            socket.send("{'id':'a\\nb','messages':[{'role':'user','content':'a'}]}");
            assertEquals(outcome, socket.next().path("code").textValue());
        }

        log.assertOnly(SOCKET, status, outcome);
        assertTrue(log.lines().getFirst().matches("id=\\S+-1 .*"), log.lines()::toString);
    }

    private String lineOf(String request) {
        try (var client = testServer.raw()) {
            client.send(request.getBytes(StandardCharsets.ISO_8859_1)).readUntil("\r\n");
            Waiting.until(() -> !log.lines().isEmpty());
        }
        assertEquals(1, log.lines().size(), log.lines()::toString);
        return log.lines().getFirst();
    }

    private static void assertHas(String fields, String line) {
        assertTrue(line.contains(" " + fields + " "), line);
    }

    @ParameterizedTest
    @CsvSource({"Bearer t0ken, with-t0ken", "Bearer none, -"})
    void log_line_names_the_client_and_its_address(String authorization, String name) {
        try (var guarded = TestServer.guarded("t0ken");
                var client = guarded.raw()) {
            client.send(RawClient.get("/api/keys", "Authorization: " + authorization))
                    .readUntil("\r\n");
            Waiting.until(() -> !log.lines().isEmpty());

            assertHas(
                    "peer=127.0.0.1:" + client.localPort() + " client=" + name + " api=other",
                    log.lines().getFirst());
        }
    }

    @Test
    void long_path_or_method_is_truncated_in_the_log() {
        assertHas("path=/" + "x".repeat(199) + "…", lineOf(RawClient.get("/" + "x".repeat(1000))));
        log.lines().clear();
        assertHas("method=" + "X".repeat(20) + "…", lineOf(RawClient.head("X".repeat(1000) + " /nowhere")));
    }

    /// Invisible bytes, and sequences with a meaning in the log line or to a terminal.
    private static final List<String> ODDITIES = List.of(
            "\u001b[31m", "\u001b]0;title\u0007", "\u009b31m", "\" status=200 x=\"", "\\x0a", "\0", "\u007f", "\u00ff");

    @ParameterizedTest
    @ValueSource(strings = {"GET /a#b", "GET /#", "GE#T /a", "#"})
    void control_characters_are_escaped_in_the_log_line(String where) {
        for (String odd : ODDITIES) {
            String line = lineOf(where.replace("#", odd) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            log.lines().clear();

            String field = "(?:[!#-\\[\\]-~]|\\\\x[0-9a-f]{2})+";
            assertTrue(
                    line.matches("id=[0-9a-f-]+ peer=\\S+ client=- api=\\w+ method=" + field + " path=" + field
                            + " status=[45]\\d\\d outcome=[a-z_]+ attempts=\"\" ms=\\d+ tokens=-"),
                    line);
        }
    }
}
