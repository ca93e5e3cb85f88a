package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.certificates.ServerCertificate;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Provider;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway that serves TLS.
class InboundTlsTest {

    private static final SSLContext TRUSTING = ServerCertificate.ADDRESS.context();

    @AutoClose
    private final World world;

    InboundTlsTest(@TempDir Path directory) throws Exception {
        world = new World(
                "KEYWHEEL_TLS_CERT=" + ServerCertificate.ADDRESS.certificateIn(directory),
                "KEYWHEEL_TLS_KEY=" + ServerCertificate.ADDRESS.keyIn(directory));
    }

    /// The client prefers HTTP/2.
    @Test
    void tls_serves_answers_and_streams_over_http_1_1() throws Exception {
        assertEquals("https", world.gateway.address().getScheme());
        try (var client = HttpClient.newBuilder()
                .sslContext(TRUSTING)
                .version(Version.HTTP_2)
                .build()) {
            for (String path : new String[] {"/api/chat", "/api/chat/stream", "/api/chat"}) {
                var response = World.DESCRIPTION.send(client, world.request(path, HELLO));

                assertEquals(200, response.statusCode(), response::body);
                assertEquals(Version.HTTP_1_1, response.version());
                assertTrue(response.body().contains("finish_reason"), response::body);
            }
        }
    }

    @Test
    void client_disconnect_over_tls_cancels_the_upstream_call() throws Exception {
        world.simulator.on(Provider.GROQ).next(Fault.named("hang:before-head"));
        String chat = "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + HELLO.length() + "\r\n\r\n" + HELLO;
        try (var socket = socket(world.gateway.address())) {
            socket.getOutputStream().write(chat.getBytes(StandardCharsets.US_ASCII));
            Waiting.until(() -> !world.chats().isEmpty());
        }

        Waiting.until(() -> world.chats().getFirst().cutOffByClient());
    }

    private static SSLSocket socket(URI gateway) throws IOException {
        return (SSLSocket)
                TRUSTING.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.getPort());
    }
}
