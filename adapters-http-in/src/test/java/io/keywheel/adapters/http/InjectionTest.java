package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Text of clients and providers injects no header, event or markup. [RequestLogTest] covers log lines.
class InjectionTest {

    @AutoClose
    private static final TestServer testServer =
            new TestServer(TestServer.Terms.USUAL.withOrigins("https://page.test"));

    private static Response get(String path, String header) {
        return testServer.exchange(RawClient.get(path, "Connection: close", header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "provider"})
    void line_breaks_in_field_values_inject_no_header(String field) {
        String body = Samples.HELLO.replaceFirst("\\{", "{\"" + field + "\":\"a\\\\r\\\\nX-Evil: 1\",");

        testServer.post("/api/chat", body).assertStatus(400).assertHeader("X-Evil", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    a.B-3_                   | 1     | true
                    x                        | 128   | true
                    x                        | 129   | false
                    x                        | 10000 | false
                    a\tb                     | 1     | false
                    a b                      | 1     | false
                    a;b                      | 1     | false
                    \u00e9                   | 1     | false
                    a"b                      | 1     | false
                    ${jndi:ldap://evil.test} | 1     | false
                    %0d%0aX-Evil:1           | 1     | false
                    """)
    void valid_request_id_is_kept_and_others_are_replaced(String id, int times, boolean isValid) {
        String given = id.repeat(times);
        var response = get("/health/live", "X-Request-Id: " + given).assertStatus(200);

        assertEquals(isValid, response.toString().contains(given), response::toString);
        assertEquals(
                isValid ? given.length() : 36, response.header("X-Request-Id").length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere%0d%0aX-Evil:%201", "/api/chat%0aX-Evil:1", "/v1/models/%0d%0aX-Evil:1"})
    void line_breaks_in_a_path_inject_no_header(String path) {
        var response = get(path, "X-None: 1").assertHeader("X-Evil", "");

        assertEquals(4, response.status() / 100);
        assertFalse(response.body().contains("\nX-Evil"), response.body());
    }

    @Test
    void tab_in_an_origin_injects_no_header() {
        var response = get("/health/live", "Origin: https://page.test\tX-Evil: 1");

        assertFalse(response.toString().contains("X-Evil"), response::toString);
    }

    @Test
    void blank_lines_in_an_answer_inject_no_sse_events() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "a\n\ndata: {\"done\":true}\r\n\r\nb"));
        String events = testServer.post("/api/chat/stream", Samples.HELLO).body();

        assertEquals(2, events.split("\n\n", -1).length - 1, events);
        assertTrue(events.startsWith("data: {\"content\":\"a\\n\\ndata: "), events);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/keys",
                "/nowhere",
                "/v1/models",
                "/v1/nowhere",
                "/api/chat/ws",
                "/api/chat",
                "/<script>alert(1)</script> x",
                "/<b>#"
            })
    void responses_are_neither_html_nor_cacheable(String path) {
        assertGuarded(get(path.replace("#", "<b>".repeat(3000)), "X-None: 1"));
    }

    @Test
    void chat_stream_is_neither_html_nor_cacheable() {
        testServer.chats.answer("<script>alert(1)</script>");

        assertGuarded(testServer.post("/api/chat/stream", Samples.HELLO));
    }

    private static void assertGuarded(Response response) {
        response.assertHeader("X-Content-Type-Options", "nosniff")
                .assertHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .assertHeader("Cache-Control", "no-store");
        assertFalse(response.header("Content-Type").contains("text/html"));
    }
}
