package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.http.Await;
import io.keywheel.adapters.http.LogLines;
import io.keywheel.adapters.http.Pools;
import io.keywheel.adapters.http.RawClient;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.adapters.http.TightBounds;
import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.domain.chat.Chunk;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("listens to the log, which there is one of")
class RequestLogTest {

    private static final String ANY = "\\S+";

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.requests");

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void has_one_line_for_an_answer() {
        testServer.chats.play((_, _) -> Samples.answer("secret", Samples.limited(Samples.GROQ, 1)));

        testServer.post("/api/chat", Samples.HELLO, "X-Request-Id: r-1");

        log.assertOnly(
                "r-1",
                "POST /api/chat",
                "status=200 outcome=ok" + " attempts=\"groq/1:rate_limited, cerebras/1:ok\" ms=\\d+ tokens=5\\+7=12");
    }

    @Test
    void has_one_line_for_a_broken_stream() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            throw new StreamInterruptedException("cut", List.of());
        });

        testServer.post("/api/chat/stream", Samples.HELLO);

        log.assertOnly(
                ANY,
                "POST /api/chat/stream",
                "status=200 outcome=interrupted" + " attempts=\"cerebras/1:ok\" ms=\\d+ tokens=-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream", "/v1/chat/completions"})
    void has_one_line_for_a_client_that_left(String path) {
        var begun = testServer.chats.lastAtTheSecondKey();
        try (var client = testServer.raw()) {
            client.send(RawClient.post(path, Samples.HELLO.replace("{\"messages", "{\"model\":\"auto\",\"messages")));
            Await.latch(begun);
        }

        log.assertOnly(
                ANY,
                "POST " + path,
                "status=499 outcome=client_gone"
                        + " attempts=\"groq/1:rate_limited, cerebras/1:cancelled\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_request_turned_away() {
        testServer.post("/api/chat", "{}");

        log.assertOnly(ANY, "POST /api/chat", "status=400 outcome=invalid_request attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_request_that_does_not_come() {
        try (var hasty = new TestServer(TestServer.Terms.USUAL.with(
                        TightBounds.timeouts(Duration.ofMillis(100), Duration.ofMinutes(1))));
                var client = hasty.raw()) {
            client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", "Content-Length: 9"));
            client.readAll();
        }

        log.assertOnly(ANY, "POST /api/chat", "status=408 outcome=request_timeout attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void says_nothing_of_clients_that_leave_but_that_line() {
        try (var helidon = new LogLines("io.helidon.webserver")) {
            testServer.chats.play((_, sink) -> {
                sink.open(Samples.serving());
                while (true) {
                    sink.accept(Chunk.text("x".repeat(1000)));
                }
            });
            try (var client = testServer.raw()) {
                client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("xxx");
                client.reset();
            }

            log.assertOnly(ANY, "POST /api/chat/stream", "status=200 outcome=client_gone attempts=.*");
            Await.until("the line closed", () -> testServer.gateway.connections() == 0);
            assertEquals(List.of(), helidon.lines());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/health/live", "/health/ready", "/metrics", "/console/console.js"})
    void has_no_line_for_what_is_asked_for_often_and_succeeds(String path) {
        testServer.get(path);

        assertEquals(List.of(), log.lines());
    }

    @ParameterizedTest
    @CsvSource({
        "/api/keys, 200, ok",
        "/api/chat/nowhere, 404, not_found",
        "/api/chat, 405, method_not_allowed",
        "/api/chat/ws, 426, upgrade_required",
        "//api/./keys, 404, not_found",
    })
    void has_one_line_for_everything_else(String path, int status, String outcome) {
        try (var client = testServer.raw()) {
            client.send(RawClient.get(path)).readUntil("\r\n");
        }

        log.assertOnly(
                ANY, "GET " + path, "status=" + status + " outcome=" + outcome + " attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_probe_that_fails() {
        testServer.status = Pools.of(Pools.COOLING, Pools.COOLING);

        testServer.get("/health/ready");

        log.assertOnly(ANY, "GET /health/ready", "status=503 outcome=unavailable attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_who_may_not_come_in() {
        try (var guarded = new TestServer(TestServer.Terms.USUAL.withTokens("t0ken"))) {
            guarded.get("/api/keys");
        }

        log.assertOnly(ANY, "GET /api/keys", "status=401 outcome=unauthorized attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_what_is_no_http() {
        try (var client = testServer.raw()) {
            client.send("GET /api/keys HTTP/1.1\r\nX-Request-Id: r-1\r\n\r\n").readAll();
        }

        log.assertOnly(ANY, "GET /api/keys", "status=400 outcome=invalid_request attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_body_that_ends_wrong() {
        try (var client = testServer.raw()) {
            client.send(RawClient.chunkedHead())
                    .send("2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n")
                    .readAll();
        }

        log.assertOnly(ANY, "POST /api/chat", "status=400 outcome=invalid_request attempts=\"\" ms=\\d+ tokens=-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "GET / HT", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: loc"})
    void has_no_line_for_a_connection_cut_amid_its_head(String begin) {
        try (var helidon = new LogLines("io.helidon.webserver")) {
            try (var client = testServer.raw()) {
                client.send(begin);
                Await.until("it is open", () -> testServer.gateway.connections() == 1);
            }
            Await.until("the line closed", () -> testServer.gateway.connections() == 0);

            assertEquals(List.of(), helidon.lines());
            assertEquals(List.of(), log.lines());
        }
    }
}
