package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import io.keywheel.timing.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fields of a request's log line.
@Isolated("listens to the log, which there is one of")
class LoggedRequestTest {

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.requests");

    @AutoClose
    private final TestServer testServer = new TestServer();

    /// The line of what a client that says `bytes` has asked.
    private String lineOf(String request) {
        try (var client = testServer.raw()) {
            client.send(request.getBytes(StandardCharsets.ISO_8859_1)).readUntil("\r\n");
            Waiting.until(() -> !log.lines().isEmpty());
        }
        assertEquals(1, log.lines().size(), log.lines()::toString);
        return log.lines().getFirst();
    }

    private static void assertHas(String field, String line) {
        assertTrue(line.contains(" " + field + " "), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET //api/./keys", "M-SEARCH /x/../keys;a=b", "GET /v1/models/a%2Fb", "HEAD /a%0Ab%20%22"})
    void log_line_has_the_method_and_the_raw_path(String what) {
        assertHas("method=" + what.replace(" ", " path="), lineOf(RawClient.head(what)));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/keys?token=s3cret, /api/keys",
        "/%3Fa?token=s3cret?b, /%3Fa",
        "/api/%zz?token=s3cret, /api/%zz",
    })
    void log_line_omits_the_query(String target, String path) {
        assertHas("path=" + path, lineOf(RawClient.get(target)));
    }

    /// Separate code logs requests that reach no route.
    @ParameterizedTest
    @CsvSource({
        "/a?token=s3cret, HTTP/1.0, /a",
        "/a#s3cret, HTTP/1.0, /a",
        "/a?token=s3cret, HTTP/3.0, /a",
        "/a?token=s3cret, HTTP/1.1 s3cret, /a",
        "/a?token=s3cret#s3cret, HTTP/1.1, /a",
        "http://me:s3cret@localhost/, HTTP/1.1, -",
        "http://me:s3cret@localhost/, HTTP/1.0, -",
        "me:s3cret@localhost, HTTP/1.0, -",
    })
    void log_line_of_a_malformed_request_has_no_secret(String target, String version, String path) {
        String line = lineOf("GET " + target + " " + version + "\r\nHost: localhost\r\n\r\n");

        assertHas("path=" + path, line);
        assertFalse(line.contains("s3cret"), line);
    }

    @Test
    void log_line_has_the_peer_address() {
        try (var client = testServer.raw()) {
            client.send(RawClient.get("/nowhere")).readUntil("\r\n");
            Waiting.until(() -> !log.lines().isEmpty());

            assertHas("peer=127.0.0.1:" + client.localPort(), log.lines().getFirst());
        }
    }

    @ParameterizedTest
    @CsvSource({"Bearer t0ken, with-t0ken", "Bearer none, -"})
    void log_line_names_the_client(String authorization, String client) {
        try (var guarded = TestServer.guarded("t0ken")) {
            guarded.get("/api/keys", "Authorization: " + authorization);
            Waiting.until(() -> !log.lines().isEmpty());

            assertHas("client=" + client + " api=other method=GET", log.lines().getFirst());
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
