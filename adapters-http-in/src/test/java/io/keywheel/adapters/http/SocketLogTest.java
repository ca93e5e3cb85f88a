package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.chat.Chunk;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// What is logged of WebSockets and their chats.
@Isolated("listens to the log, which there is one of")
class SocketLogTest {

    private static final String ANY = "\\S+";

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.requests");

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void has_one_line_for_a_client_that_left_its_socket() {
        var begun = testServer.chats.lastAtTheSecondKey();
        try (var socket = testServer.socket()) {
            log.forget("a line", 1);
            socket.ask("a");
            Await.latch(begun);
            socket.vanish();
        }

        log.assertOnly(
                "\\S+-1",
                "WS /api/chat/ws",
                "status=499 outcome=client_gone"
                        + " attempts=\"groq/1:rate_limited, cerebras/1:cancelled\" ms=\\d+ tokens=-");
    }

    @Test
    void tells_of_a_chat_of_a_socket_that_a_bug_ended() {
        testServer.chats.play((_, _) -> {
            throw new AssertionError("a bug");
        });
        try (var socket = testServer.socket()) {
            log.forget("a line", 1);
            socket.ask("a");
            assertEquals("internal", socket.next().path("code").textValue());
        }

        log.assertOnly("\\S+-1", "WS /api/chat/ws", "status=500 outcome=internal attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_each_chat_of_a_socket() {
        testServer.chats.play((_, _) -> {
            throw new UnknownModelException("nope\n", List.of());
        });
        try (var socket = testServer.socket()) {
            log.forget("a line", 1);
            socket.send("{'id':'a\\nb','messages':[{'role':'user','content':'a'}]}");
            socket.next();
        }

        log.assertOnly(
                "\\S+-1", "WS /api/chat/ws", "status=404 outcome=model_not_found attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_refused_message() {
        try (var socket = testServer.socket()) {
            log.forget("a line", 1);
            socket.send("{}");
            socket.next();
        }

        log.assertOnly(ANY, "WS /api/chat/ws", "status=400 outcome=invalid_request attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void tells_of_a_socket_whose_client_left_amid_a_chat() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            while (true) {
                sink.accept(Chunk.text("x".repeat(10_000)));
            }
        });
        try (var socket = testServer.socket()) {
            log.forget("a line", 1);
            socket.ask("a");
            socket.next();
            socket.vanish();
        }

        log.assertOnly("\\S+-1", "WS /api/chat/ws", "status=499 outcome=client_gone attempts=.*");
    }
}
