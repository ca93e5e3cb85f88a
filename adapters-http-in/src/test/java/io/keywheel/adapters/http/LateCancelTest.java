package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Cancels that arrive while a chat ends by itself: a race that a round in a hundred shows.
class LateCancelTest {

    private static final int ROUNDS = 3_000;

    @AutoClose
    private final TestServer testServer = new TestServer();

    @AutoClose
    private final SocketClient socket = testServer.socket();

    @Test
    void nothing_comes_of_a_chat_after_the_refusal_of_a_cancel_that_was_too_late() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
        for (int round = 0; round < ROUNDS; round++) {
            String id = "a" + round;
            socket.send("{'id':'" + id + "','messages':[{'role':'user','content':'Hello'}]}");
            socket.send("{'type':'cancel','id':'" + id + "'}");
            boolean ended = false;
            while (!ended) {
                var message = socket.next();
                boolean earlier = !message.get("id").textValue().equals(id);
                String type = message.get("type").textValue();
                assertTrue(!earlier || type.equals("error"), () -> "after its end: " + message);
                ended = !earlier && !type.equals("chunk");
            }
        }
    }
}
