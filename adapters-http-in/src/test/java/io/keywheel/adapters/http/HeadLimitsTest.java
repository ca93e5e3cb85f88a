package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How large a head may be, and of what version.
class HeadLimitsTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void bounds_the_request_line() {
        try (var client = testServer.raw()) {
            String all = client.send(RawClient.get("/" + "x".repeat(5000))).readAll();

            assertTrue(all.startsWith("HTTP/1.1 414 "), all);
            assertTrue(all.contains("\"code\":\"uri_too_long\""), all);
        }
    }

    @Test
    void bounds_the_head() {
        try (var client = testServer.raw()) {
            String all = client.send(RawClient.get("/", "X-Long: " + "x".repeat(20_000)))
                    .readAll();

            assertTrue(all.startsWith("HTTP/1.1 431 "), all);
            assertTrue(all.contains("\"code\":\"headers_too_large\""), all);
            assertTrue(all.contains("less than 16384 bytes"), all);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: b\r\n", "a:\r\n", "Accept: */*\r\n"})
    void one_header_more_than_there_may_be_is_refused(String header) {
        try (var client = testServer.raw()) {
            String all = client.send(withHeaders(100, header)).readAll();

            assertTrue(all.startsWith("HTTP/1.1 431 "), all);
            assertTrue(all.contains("at most 100"), all);
        }
    }

    @Test
    void as_many_headers_as_there_may_be_are_taken_in_each_request() {
        try (var client = testServer.raw()) {
            for (int i = 0; i < 3; i++) {
                client.send(withHeaders(99, "a: b\r\n"));

                assertTrue(client.readUntil("\"live\"}").startsWith("HTTP/1.1 200 "));
            }
        }
    }

    /// Besides `Host`.
    private static String withHeaders(int count, String header) {
        return "GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + header.repeat(count) + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({"4095, 200", "4096, 414"})
    void a_query_counts_as_part_of_the_first_line(int length, String status) {
        String begin = "GET /health/live?";
        String end = " HTTP/1.1";
        String line = begin + "x".repeat(length - begin.length() - end.length()) + end;

        assertEquals(status, testServer.statusOf(line + "\r\nHost: localhost\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html;q=NaN",
                "text/html;q=1e999",
                "text/html;q=-1e999",
                "text/html;q=",
                "text/html;q=0x1p-1074",
                ";;;,,,=",
            })
    void a_strange_wish_is_answered_all_the_same(String accept) {
        String status = testServer.statusOf(RawClient.get("/", "Accept: " + accept));

        assertTrue(status.equals("200") || status.equals("303"), status);
    }

    @Test
    void takes_a_head_as_large_as_it_may_be() {
        try (var client = testServer.raw()) {
            client.send(RawClient.get("/health/live", "X-Long: " + "x".repeat(16_000)));

            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 200 "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.2\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/3\r\nHost: localhost\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            })
    void says_which_versions_it_speaks(String head) {
        try (var client = testServer.raw()) {
            String all = client.send(head).readAll();

            assertTrue(all.startsWith("HTTP/1.1 505 "), all);
            assertTrue(all.contains("\"code\":\"http_version_not_supported\""), all);
            assertTrue(all.contains("the gateway speaks HTTP/1.1;"), all);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1x", "http/1.1", "HTTP/11", "HTTP/", "HTCPCP/1.0"})
    void takes_no_other_word_for_a_version(String word) {
        try (var client = testServer.raw()) {
            String all =
                    client.send("GET / " + word + "\r\nHost: localhost\r\n\r\n").readAll();

            assertTrue(all.startsWith("HTTP/1.1 400 "), all);
        }
    }
}
