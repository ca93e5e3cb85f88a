package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests over HTTP/2 that somebody could read in two ways, or walk around the gate with.
@Timeout(60)
class Http2RequestsTest {

    private static final int PROTOCOL_ERROR = 1;

    private static final String[] HEAD = HeadFields.of("POST", "/api/chat", "content-type: application/json");

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT));

    /// The head of a good request with `fields` instead of those of the same names, or besides.
    private static String[] headWith(String... fields) {
        Stream<String> kept = Arrays.stream(HEAD)
                .filter(field -> Arrays.stream(fields).noneMatch(other -> other.startsWith(name(field))));
        return Stream.concat(
                        Stream.concat(Arrays.stream(fields).filter(field -> field.startsWith(":")), kept),
                        Arrays.stream(fields).filter(field -> !field.startsWith(":")))
                .filter(field -> !field.endsWith(": -"))
                .toArray(String[]::new);
    }

    private static String name(String field) {
        return field.substring(0, field.indexOf(": ", 1) + 1);
    }

    private FrameClient.Reply ask(String[] head, String body) {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = FrameClient.connect(door)) {
            client.head(1, false, head);
            client.sendBytes(FrameClient.DATA, FrameClient.END_STREAM, 1, body.getBytes(StandardCharsets.UTF_8));
            var reply = client.reply(1);
            assertEquals(200, client.get(3, "/health/live").reply(3).status(), "other streams go on");
            return reply;
        }
    }

    @Test
    void one_that_is_good_is_answered() {
        var reply = ask(HEAD, Samples.HELLO);

        assertEquals(200, reply.status());
        assertTrue(reply.body().contains("\"Hi\""));
        assertEquals(1, door.chats.commands().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method: -",
                ":method: PO ST",
                ":method: POST /api/keys HTTP/1.1\r\nx: y",
                ":method: CONNECT\n",
                ":path: -",
                ":path: ",
                ":path: /api/chat HTTP/1.1\r\nx: y",
                ":path: /api/chat\t",
                ":path: /api/ch\u00e4t",
                ":scheme: -",
                ":scheme: http",
                ":authority: localhost\r\nx: y",
                ":authority: local host",
                ":protocol: websocket",
                ":status: 200",
                "host: evil.test",
                "X-Upper: a",
                "x y: a",
                "x: a\r\ny: b",
                "x: a\nb",
                "x: a\rb",
                "x: a\0b",
                "x:  a",
                "x: a ",
                "x\r\ny: a",
                "connection: close",
                "connection: x-some",
                "proxy-connection: keep-alive",
                "keep-alive: timeout=5",
                "transfer-encoding: chunked",
                "upgrade: websocket",
                "te: gzip",
                "content-length: ",
                "content-length: +54",
                "content-length: 5 4",
                "content-length: 0x36",
                "content-length: 99999999999999999999",
                "content-length: 47",
                "content-length: 49",
            })
    void one_that_is_none_is_reset(String field) {
        var reply = ask(headWith(field), Samples.HELLO);

        assertEquals(PROTOCOL_ERROR, reply.reset());
        assertEquals(0, reply.status());
        assertEquals(0, door.chats.commands().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":path: /api/chat|:path: /api/keys",
                ":authority: localhost|:authority: localhost",
                ":authority: localhost|host: evil.test",
                "host: localhost|host: evil.test",
                "content-length: 48|content-length: 48",
                "content-length: 48|content-length: 1",
            })
    void one_that_says_a_thing_twice_is_reset(String fields) {
        assertEquals(
                PROTOCOL_ERROR,
                ask(headWith(fields.split("\\|")), Samples.HELLO).reset());
        assertEquals(0, door.chats.commands().size());
    }

    @Test
    void a_body_after_none_was_told_is_not_read() {
        ask(headWith("content-length: 0"), Samples.HELLO);

        assertEquals(0, door.chats.commands().size());
    }

    @Test
    void a_pseudo_field_after_a_field_is_refused() {
        String[] head = Stream.concat(
                        Arrays.stream(HEAD).filter(field -> !field.startsWith(":path")), Stream.of(":path: /"))
                .toArray(String[]::new);

        assertEquals(PROTOCOL_ERROR, ask(head, Samples.HELLO).reset());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":authority: evil.test",
                ":authority: localhost.evil.test",
                ":authority: localhost@evil.test",
                ":authority: user@localhost",
                ":authority: -",
            })
    void a_foreign_authority_is_kept_out(String authority) {
        int status = ask(headWith(authority), Samples.HELLO).status();

        assertTrue(status == 403 || status == 400, "status " + status);
        assertEquals(0, door.chats.commands().size());
    }

    @Test
    void a_host_will_do_for_an_authority() {
        assertEquals(
                200,
                ask(headWith(":authority: -", "host: localhost"), Samples.HELLO).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/chat",
                "/api//chat",
                "/api/chat/",
                "/api/%63hat",
                "/API/chat",
                "/api/chat;a=b",
                "/api;a=b/chat",
                "/api/./chat",
                "/x/../api/chat",
                "/../api/chat",
                "/api/chat/x/..",
                "/api/%2e/chat",
                "/api%2fchat",
                "/api/chat%20",
                "/api/chat%00",
                "/api/chat#x",
                "/api/chat%zz",
                "/api/chat{",
                "*",
                "api/chat",
                "https://localhost/api/chat",
                "http://evil.test/api/chat",
            })
    void a_path_has_one_spelling(String path) {
        int status = ask(headWith(":path: " + path), Samples.HELLO).status();

        assertTrue(status == 404 || status == 400, "status " + status);
        assertEquals(0, door.chats.commands().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "/health/live/../../api/keys",
                "/health/live;/api/keys",
                "/health/./live",
                "/health/live%2f..%2f..%2fapi%2fkeys",
                "/HEALTH/live",
                "/api/keys",
                "/api/chat",
                "/metrics",
                "/?/api/keys",
            })
    void the_gate_judges_the_path_as_it_was_written(String path) {
        try (var guarded = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).withTokens("t0ken"));
                var client = FrameClient.connect(guarded)) {
            var reply = client.get(1, path).reply(1);

            boolean isStart = path.startsWith("/?");
            assertEquals(isStart ? 200 : 401, reply.status());
            assertFalse(reply.body().contains("0badcaf"));
        }
    }

    @Test
    void a_head_that_is_too_large_is_refused_and_other_streams_go_on() {
        int status =
                ask(headWith("x-long: " + "x".repeat(17_000)), Samples.HELLO).status();

        assertTrue(status >= 400 && status < 500, "status " + status);
    }

    @Test
    void fields_after_a_body_are_taken_and_left_out() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = FrameClient.connect(door)) {
            client.head(1, false, HEAD);
            client.sendBytes(FrameClient.DATA, 0, 1, Samples.HELLO.getBytes(StandardCharsets.UTF_8));
            client.head(1, true, "authorization: Bearer x");

            assertEquals(200, client.reply(1).status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":path: /", "X-Upper: a", "x: a\r\nb"})
    void fields_after_a_body_that_are_none_are_refused(String field) {
        try (var client = FrameClient.connect(door)) {
            client.head(1, false, HEAD);
            client.head(1, true, field);

            assertEquals(PROTOCOL_ERROR, client.reply(1).reset());
            assertEquals(0, door.chats.commands().size());
        }
    }

    @Test
    void a_socket_cannot_be_asked_for() {
        try (var client = FrameClient.connect(door)) {
            assertEquals(426, client.get(1, "/api/chat/ws").reply(1).status());
        }
    }

    @Test
    void it_is_spoken_only_by_who_chose_it() {
        try (var client = FrameClient.silent(door, "http/1.1")) {
            String answer = client.preface().readAll();

            assertEquals("http/1.1", client.protocol());
            assertTrue(answer.startsWith("HTTP/1.1 400 ") || answer.startsWith("HTTP/1.1 505 "), answer);
        }
    }

    @Test
    void it_is_not_spoken_in_the_clear() {
        try (var plain = new Door();
                var first = plain.raw();
                var second = plain.raw()) {
            String direct = first.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").readAll();
            String upgraded = second.send(RawClient.get(
                            "/health/live",
                            "Connection: close, Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAAQAAP__"))
                    .readAll();

            assertTrue(direct.startsWith("HTTP/1.1 400 ") || direct.startsWith("HTTP/1.1 505 "), direct);
            assertTrue(upgraded.startsWith("HTTP/1.1 200 "), upgraded);
        }
    }
}
