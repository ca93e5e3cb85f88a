package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each route has exactly one spelling, with and without a valid token.
class PathTest {

    @AutoClose
    private final TestServer testServer = TestServer.guarded("t0ken");

    private int status(String method, String path, String authorization) {
        return Integer.parseInt(testServer.statusOf(RawClient.head(
                        method + " " + path,
                        "X-None: 1" + authorization,
                        "Content-Type: application/json",
                        "Content-Length: " + Samples.HELLO.length())
                + Samples.HELLO));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/chat",
                "/api//chat",
                "/api/chat//",
                "/api/chat/",
                "/api/%63hat",
                "/api/%43hat",
                "/API/chat",
                "/api/chat;a=b",
                "/api;a=b/chat",
                "/;x/api/chat",
                "/api/chat;",
                "/api/./chat",
                "/./api/chat",
                "/api/chat/.",
                "/x/../api/chat",
                "/../api/chat",
                "/api/chat/x/..",
                "/api/%2e/chat",
                "/api%2fchat",
                "/api%2Fchat",
                "/api/chat%20",
                "/api/chat%00",
                "/api/chat#",
                "/api/chat#x",
                "/health/live/../../api/chat",
                "/health/live/%2e%2e/%2e%2e/api/chat",
                "/health/live/..%2f..%2fapi/chat",
                "/health/live;/../../api/chat",
                "http://localhost/api/chat",
            })
    void alternative_path_spellings_do_not_reach_the_chat(String path) {
        testServer.chats.answer("Hi");
        int status = status("POST", path, "\r\nAuthorization: Bearer t0ken");
        int withoutToken = status("POST", path, "");

        assertTrue(status == 404 || status == 400, () -> status + "");
        assertTrue(withoutToken == 401 || withoutToken == 400, () -> withoutToken + "");
        assertEquals(0, testServer.chats.commands().size());
    }

    @Test
    void query_does_not_affect_routing_or_access() {
        testServer.chats.answer("Hi");

        assertEquals(200, status("POST", "/api/chat?a=b", "\r\nAuthorization: Bearer t0ken"));
        assertEquals(401, status("POST", "/api/chat?x=/health/live", ""));
    }
}
