package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChatSocketTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void a_chat_is_told_that_its_socket_did_not_open_in_time() throws Exception {
        // Its system accepts connections; it does not.
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = HttpClient.newHttpClient()) {
            var socket = ChatSocket.open(
                    client, URI.create("ws://127.0.0.1:" + silent.getLocalPort() + "/"), "", Duration.ofMillis(50));

            SocketChat chat = socket.ask("a", "{}", LONG);

            assertEquals(SocketChat.State.CLOSED, chat.state());
            assertTrue(chat.why().startsWith(" (not opened: "), chat.why());
            assertTrue(chat.why().endsWith("timed out)"), chat.why());
        }
    }
}
