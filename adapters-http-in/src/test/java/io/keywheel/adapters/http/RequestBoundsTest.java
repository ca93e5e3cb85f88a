package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Limits on request heads and bodies, the accepted HTTP versions, and reuse of the connection after a body.
class RequestBoundsTest {

    @AutoClose
    private static final TestServer SERVER = new TestServer();

    private void assertRefused(String head, int status, String code, String message) {
        var response = SERVER.exchange(head).assertError(status, code);
        assertTrue(response.body().contains(message), response.body());
    }

    /// A request with `count` headers besides `Host`.
    private static String withHeaders(int count, String header) {
        return "GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + header.repeat(count) + "\r\n";
    }

    @Test
    void too_large_head_returns_431() {
        String head = RawClient.get("/", "X-Long: " + "x".repeat(20_000));

        assertRefused(head, 431, "headers_too_large", "less than 16384 bytes");
        try (var client = SERVER.raw()) {
            assertEquals(
                    "HTTP/1.1 431 Request Header Fields Too Large\r\n",
                    client.send(head).readUntil("\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: b\r\n", "a:\r\n", "Accept: */*\r\n"})
    void header_count_above_the_limit_returns_431(String header) {
        assertRefused(withHeaders(100, header), 431, "headers_too_large", "at most 100");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models,   /error/type, invalid_request_error, invalid_request_error",
        "/v1/messages, /type,       error,                 error",
        "/api/keys,    /code,       headers_too_large,     uri_too_long",
    })
    void error_within_the_head_has_the_form_of_the_paths_api(String path, String field, String late, String early) {
        String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(100) + "\r\n";

        var response = SERVER.exchange(head).assertStatus(431);
        assertEquals(late, response.json().at(field).textValue(), response.body());
        response = SERVER.exchange(RawClient.get(path + "?" + "x".repeat(5000))).assertStatus(414);
        assertEquals(early, response.json().at(field).textValue(), response.body());
    }

    @Test
    void head_at_the_limit_is_accepted_in_each_request() {
        try (var client = SERVER.raw()) {
            for (int i = 0; i < 3; i++) {
                client.send(withHeaders(99, "a: b\r\n"));
                assertTrue(client.readUntil("\"live\"}").startsWith("HTTP/1.1 200 "));
                client.send(RawClient.get("/health/live", "X-Long: " + "x".repeat(16_000)));
                assertTrue(client.readUntil("\"live\"}").startsWith("HTTP/1.1 200 "));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4095, 200", "4096, 414"})
    void query_counts_toward_the_request_line_limit(int length, String status) {
        String begin = "GET /health/live?";
        String end = " HTTP/1.1";
        String line = begin + "x".repeat(length - begin.length() - end.length()) + end;

        assertEquals(status, SERVER.statusOf(line + "\r\nHost: localhost\r\n\r\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.0, 505, http_version_not_supported, the gateway speaks HTTP/1.1;",
        "HTTP/1.2, 505, http_version_not_supported, the gateway speaks HTTP/1.1;",
        "HTTP/2.0, 505, http_version_not_supported, the gateway speaks HTTP/1.1;",
        "HTTP/3,   505, http_version_not_supported, the gateway speaks HTTP/1.1;",
        "HTTP/1.1x,  400, invalid_request, ''",
        "http/1.1,   400, invalid_request, ''",
        "HTTP/11,    400, invalid_request, ''",
        "HTTP/,      400, invalid_request, ''",
        "HTCPCP/1.0, 400, invalid_request, ''",
    })
    void other_http_versions_return_505_and_malformed_ones_400(
            String version, int status, String code, String message) {
        assertRefused("GET / " + version + "\r\nHost: localhost\r\n\r\n", status, code, message);
    }

    @Test
    void too_large_content_length_returns_413_and_drains_the_body() {
        try (var client = SERVER.raw()) {
            client.send(RawClient.chatHead("Content-Length: 900000"));
            String head = client.readUntil("\r\n\r\n");
            for (int i = 0; i < 10; i++) {
                client.send(" ".repeat(90_000));
            }

            Response.of(head + client.readAll())
                    .assertError(413, "body_too_large")
                    .assertCloses();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/models", "GET /health", "HEAD /health"})
    void unread_body_closes_the_connection(String read) {
        SERVER.exchange(RawClient.head(read, "Content-Length: 2") + "{}")
                .assertStatus(200)
                .assertCloses();
    }

    @Test
    void too_large_chunked_body_returns_one_413() {
        String chunks = RawClient.chunk(1000, " ".repeat(1000)).repeat(70);

        SERVER.exchange(RawClient.chunkedHead() + chunks + "0\r\n\r\n")
                .assertError(413, "body_too_large")
                .assertCloses();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff\r\n", "1;"})
    void huge_chunk_or_chunk_size_line_returns_413(String begin) {
        try (var client = SERVER.raw()) {
            client.send(RawClient.chunkedHead()).send(begin + "x".repeat(250_000));
            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void body_of_exactly_the_limit_is_accepted() {
        SERVER.chats.answer("Hi");
        String body = Samples.HELLO + " ".repeat(64 * 1024 - Samples.HELLO.length());

        SERVER.post("/api/chat", body).assertStatus(200);
        SERVER.post("/api/chat", body + " ").assertStatus(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void connection_close_header_closes_the_connection(String path) {
        SERVER.chats.answer("Hi");
        SERVER.exchange(RawClient.post(path, Samples.HELLO, "Connection: close"))
                .assertStatus(200)
                .assertCloses();
    }

    /// Firefox sends it over TLS, and some proxies pass it on.
    @ParameterizedTest
    @ValueSource(strings = {"/api/keys", "/api/usage", "/api/requests"})
    void nothing_is_between_two_responses_for_a_client_that_accepts_trailers(String path) {
        try (var client = SERVER.raw()) {
            client.send(RawClient.get(path, "TE: trailers") + RawClient.get("/health/live"));

            String responses = client.readUntil("\"live\"}");
            assertTrue(responses.contains("}HTTP/1.1 200 OK\r\n"), responses);
        }
    }

    @Test
    void expect_header_is_answered_with_100_continue() {
        SERVER.chats.answer("Hi");
        try (var client = SERVER.raw()) {
            client.send(RawClient.chatHead("Expect: 100-continue", "Content-Length: " + Samples.HELLO.length()));
            assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 100 "));
            assertTrue(client.send(Samples.HELLO).readUntil("}}").startsWith("HTTP/1.1 200 "));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void gateways_that_a_chat_has_passed_are_counted(int gateways) {
        throughGateways(gateways).assertStatus(200);

        assertEquals(gateways, SERVER.chats.last().hops());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 9})
    void chat_that_has_passed_more_than_three_gateways_is_refused_with_a_warning(int gateways) {
        try (var log = new LogLines("io.keywheel.http")) {
            throughGateways(gateways).assertError(503, "unavailable").assertHeader("Retry-After", "1");

            String refused = "A chat is refused, because it has passed too many gateways, which may form a loop";
            assertTrue(log.lines().contains(refused), log.lines()::toString);
        }
    }

    private static Response throughGateways(int gateways) {
        String agent = "User-Agent: " + "Keywheel/0.1.0 ".repeat(gateways).strip();
        return SERVER.exchange(RawClient.post("/api/chat", Samples.HELLO, agent, "Connection: close"));
    }
}
