package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.certificates.Authority;
import io.keywheel.domain.chat.Chunk;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The bounds on clients that take their time hold over TLS, too.
@Timeout(30)
class TlsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static SSLContext context;

    @BeforeAll
    static void certify(@TempDir Path directory) throws Exception {
        context = Authority.in(directory).identity("localhost").context();
    }

    private static Door door(Bounds bounds) {
        return new Door(Door.Terms.USUAL.with(bounds).withTls(context));
    }

    private static Socket connect(Door door) throws Exception {
        Socket socket = context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), door.gateway.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void leaves_readers_that_do_not_read_one_after_the_other() throws Exception {
        try (var door = door(TightBounds.patience(SHORT, LONG))) {
            for (int i = 0; i < 2; i++) {
                var ended = new CountDownLatch(1);
                door.chats.play((_, sink) -> {
                    sink.open(Samples.serving());
                    try {
                        while (true) {
                            sink.accept(Chunk.text("x".repeat(10_000)));
                        }
                    } finally {
                        ended.countDown();
                    }
                });
                try (var socket = connect(door)) {
                    send(socket, RawClient.post("/api/chat/stream", Samples.HELLO));

                    Await.latch(ended);
                }
            }
        }
    }

    @Test
    void ends_a_head_that_does_not_come() throws Exception {
        try (var door = door(TightBounds.patience(SHORT, LONG));
                var socket = connect(door)) {
            send(socket, "GET / HTTP/1.1\r\nHost:");

            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertTrue(all.startsWith("HTTP/1.1 408 "), all);
        }
    }

    @Test
    void ends_a_connection_that_never_says_hello() throws Exception {
        try (var door = door(TightBounds.patience(SHORT, SHORT));
                var socket = new Socket(InetAddress.getLoopbackAddress(), door.gateway.port())) {
            socket.setSoTimeout(10_000);

            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void serves_one_request_after_the_other() throws Exception {
        try (var door = door(Bounds.DEFAULT);
                var socket = connect(door)) {
            for (int i = 0; i < 3; i++) {
                send(socket, RawClient.get("/health/live"));
                var head = new StringBuilder();
                while (head.indexOf("\"live\"}") < 0) {
                    head.append((char) socket.getInputStream().read());
                }
                assertTrue(head.toString().startsWith("HTTP/1.1 200 "), head.toString());
            }
        }
    }
}
