package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withTokens("t0ken"));

    private String answer(String method, String path) {
        try (var client = testServer.raw()) {
            return client.send(RawClient.head(
                                    method + " " + path,
                                    "Authorization: Bearer t0ken",
                                    "Connection: close",
                                    "Content-Type: application/json",
                                    "Content-Length: " + Samples.HELLO.length())
                            + Samples.HELLO)
                    .readAll();
        }
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
                "/api/chat;a=b",
                "/api;a=b/chat",
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
            })
    void has_one_spelling_that_leads_to_the_chat(String path) {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));

        String answer = answer("POST", path);

        assertTrue(answer.startsWith("HTTP/1.1 404 ") || answer.startsWith("HTTP/1.1 400 "), answer);
        assertEquals(0, testServer.chats.commands().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/keys",
                "/api//keys",
                "/api/%6beys",
                "/api/keys;a=b",
                "/api/./keys",
                "/x/../api/keys",
                "/api%2fkeys",
                "/health/live/../../api/keys",
            })
    void has_one_spelling_that_leads_to_the_keys(String path) {
        assertTrue(answer("GET", path).startsWith("HTTP/1.1 404 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat?a=b", "/api/chat"})
    void is_not_about_the_query(String path) {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));

        assertTrue(answer("POST", path).startsWith("HTTP/1.1 200 "), path);
    }
}
