package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.chat.Chunk;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("listens to the log, which there is one of")
class RequestLogTest {

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.requests");

    @AutoClose
    private final Door door = new Door();

    private void assertLogged(String pattern) {
        Await.until("a line", () -> !log.lines().isEmpty());
        assertEquals(1, log.lines().size(), log.lines()::toString);
        assertTrue(log.lines().getFirst().matches(pattern), log.lines().getFirst());
    }

    @Test
    void has_one_line_for_an_answer() {
        door.chats.play((_, _) -> Samples.answer("secret", Samples.limited(Samples.GROQ, 1)));

        door.post("/api/chat", Samples.HELLO, request -> request.header("X-Request-Id", "r-1"));

        assertLogged("id=r-1 path=/api/chat status=200 outcome=ok"
                + " attempts=\"groq/1:rate_limited, cerebras/1:ok\" ms=\\d+ tokens=5\\+7=12");
    }

    @Test
    void has_one_line_for_a_broken_stream() {
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(new Chunk.Text("a"));
            throw new StreamInterruptedException("cut", List.of());
        });

        door.post("/api/chat/stream", Samples.HELLO);

        assertLogged("id=\\S+ path=/api/chat/stream status=200 outcome=interrupted"
                + " attempts=\"cerebras/1:ok\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_client_that_left() {
        var begun = new CountDownLatch(1);
        door.chats.play((_, _) -> {
            begun.countDown();
            Await.interrupt();
            throw new ChatCancelledException(List.of());
        });
        try (var client = door.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);
        }

        assertLogged("id=\\S+ path=/api/chat status=499 outcome=client_gone attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_request_turned_away() {
        door.post("/api/chat", "{}");

        assertLogged("id=\\S+ path=/api/chat status=400 outcome=invalid_request attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_one_line_for_a_request_that_does_not_come() {
        try (var hasty = new Door(
                        Door.Terms.USUAL.with(TightBounds.patience(Duration.ofMillis(100), Duration.ofMinutes(1))));
                var client = hasty.raw()) {
            client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", "Content-Length: 9"));
            client.readAll();
        }

        assertLogged("id=\\S+ path=/api/chat status=408 outcome=request_timeout attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void says_nothing_of_clients_that_leave_but_that_line() {
        try (var helidon = new LogLines("io.helidon.webserver")) {
            door.chats.play((_, sink) -> {
                sink.open(Samples.serving());
                while (true) {
                    sink.accept(new Chunk.Text("x".repeat(1000)));
                }
            });
            try (var client = door.raw()) {
                client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("xxx");
                client.reset();
            }

            assertLogged("id=\\S+ path=/api/chat/stream status=200 outcome=client_gone attempts=.*");
            Await.until("the line closed", () -> door.gateway.connections() == 0);
            assertEquals(List.of(), helidon.lines());
        }
    }

    @Test
    void has_one_line_for_each_chat_of_a_socket() {
        door.chats.play((_, _) -> {
            throw new UnknownModelException("nope\n", List.of());
        });
        try (var socket = door.socket()) {
            socket.send("{'id':'a\\nb','messages':[{'role':'user','content':'a'}]}");
            socket.next();
        }

        assertLogged("id=\\S+-1 path=/api/chat/ws status=404 outcome=model_not_found attempts=\"\" ms=\\d+ tokens=-");
    }

    @Test
    void has_no_line_for_anything_else() {
        door.get("/health");
        door.get("/api/chat/nowhere");
        door.get("/api/keys");

        assertEquals(List.of(), log.lines());
    }
}
