package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients and providers write stays what it is, wherever it is repeated: log lines are in [RequestLogTest].
class InjectionTest {

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withOrigins("https://page.test"));

    private String answer(String request) {
        try (var client = testServer.raw()) {
            return client.send(request).readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "provider"})
    void a_name_brings_no_header_along(String field) {
        String body = Samples.HELLO.replaceFirst("\\{", "{\"" + field + "\":\"a\\r\\nX-Evil: 1\",");

        var response = testServer.post("/api/chat", body);

        response.assertStatus(400);
        response.assertHeader("X-Evil", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a b", "a;b", "\u00e9", "a\"b", "${jndi:ldap://evil.test}", "%0d%0aX-Evil:1"})
    void an_id_that_is_none_is_not_repeated(String id) {
        String all = answer(RawClient.get("/health/live", "Connection: close", "X-Request-Id: " + id));

        assertTrue(all.startsWith("HTTP/1.1 200 "), all);
        assertFalse(all.contains(id), all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere%0d%0aX-Evil:%201", "/api/chat%0aX-Evil:1", "/v1/models/%0d%0aX-Evil:1"})
    void a_path_brings_no_header_along(String path) {
        String all = answer(RawClient.get(path, "Connection: close"));

        assertTrue(all.startsWith("HTTP/1.1 4"), all);
        assertFalse(all.contains("\nX-Evil"), all);
    }

    @Test
    void an_origin_brings_no_header_along() {
        String all = answer(RawClient.get("/health/live", "Connection: close", "Origin: https://page.test\tX-Evil: 1"));

        assertFalse(all.contains("X-Evil"), all);
    }

    @Test
    void an_answer_makes_no_events_of_its_own() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "a\n\ndata: {\"done\":true}\r\n\r\nb"));

        String events = testServer.post("/api/chat/stream", Samples.HELLO).body();

        assertEquals(2, events.split("\n\n", -1).length - 1, events);
        assertTrue(events.startsWith("data: {\"content\":\"a\\n\\ndata: "), events);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/keys", "/nowhere", "/v1/models", "/v1/nowhere", "/api/chat/ws", "/api/chat"})
    void no_browser_finds_a_page_in_an_answer_or_keeps_it(String path) {
        assertGuarded(answer(RawClient.get(path, "Connection: close")));
    }

    @Test
    void no_browser_finds_a_page_in_what_is_answered_before_any_route() {
        assertGuarded(answer(RawClient.get("/<script>alert(1)</script> x")));
        assertGuarded(answer(RawClient.get("/" + "<b>".repeat(3000))));
    }

    @Test
    void no_browser_finds_a_page_in_a_chat() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "<script>alert(1)</script>"));

        assertGuarded(answer(
                RawClient.post("/api/chat/stream", Samples.HELLO).replace("Host:", "Connection: close\r\nHost:")));
    }

    private static void assertGuarded(String all) {
        String head = all.substring(0, all.indexOf("\r\n\r\n"));
        assertTrue(head.contains("X-Content-Type-Options: nosniff"), head);
        assertTrue(head.contains("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"), head);
        assertTrue(head.contains("Cache-Control: no-store"), head);
        assertFalse(head.contains("text/html"), head);
    }
}
