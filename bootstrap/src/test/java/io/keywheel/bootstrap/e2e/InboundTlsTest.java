package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The gateway with a certificate of its own.
@Timeout(60)
class InboundTlsTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path directory;

    private static SSLContext trusting;

    private final World world = new World(Map.of(
            "KEYWHEEL_TLS_CERT", directory.resolve("cert.pem").toString(),
            "KEYWHEEL_TLS_KEY", directory.resolve("key.pem").toString()));

    @BeforeAll
    static void certify() throws Exception {
        Path file = directory.resolve("it.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        Certificate certificate = keys.getCertificate("it");
        write("cert.pem", "CERTIFICATE", certificate.getEncoded());
        write("key.pem", "PRIVATE KEY", keys.getKey("it", PASSWORD).getEncoded());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trust.getTrustManagers(), null);
    }

    private static void write(String name, String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                directory.resolve(name), "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private HttpRequest.Builder chat(String path) {
        return HttpRequest.newBuilder(world.request(path, HELLO), (_, _) -> true);
    }

    @Test
    void answers_and_streams_over_tls() throws Exception {
        assertEquals("https", world.gateway.address().getScheme());
        try (var client = HttpClient.newBuilder().sslContext(trusting).build()) {
            assertAnswers(client);
        }
    }

    private void assertAnswers(HttpClient client) throws Exception {
        for (String path : new String[] {"/api/chat", "/api/chat/stream", "/api/chat"}) {
            var response = client.send(chat(path).build(), BodyHandlers.ofString());

            assertEquals(200, response.statusCode(), response::body);
            assertTrue(response.body().contains("finish_reason"), response::body);
        }
    }

    @Test
    void notices_over_tls_that_a_client_leaves() throws Exception {
        world.simulator.on(Provider.GROQ).next(Fault.named("hang:before-head"));
        try (var socket = trusting.getSocketFactory()
                .createSocket(
                        InetAddress.getLoopbackAddress(),
                        world.gateway.address().getPort())) {
            socket.getOutputStream()
                    .write(("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + HELLO.length() + "\r\n\r\n" + HELLO)
                            .getBytes(StandardCharsets.US_ASCII));
            Waiting.until(() -> !world.chats().isEmpty());
        }

        Waiting.until(() -> world.chats().getFirst().cutOffByClient());
    }

    @Test
    void tells_nothing_in_the_clear() throws Exception {
        try (var socket = new Socket(
                InetAddress.getLoopbackAddress(), world.gateway.address().getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertTrue(!all.contains("HTTP/1.1 200"), all);
        } catch (SocketException _) {
            return; // closed without a word
        }
    }

    @Test
    void is_who_the_certificate_says_and_nobody_else() {
        assertThrows(
                IOException.class, () -> world.client.send(chat("/api/chat").build(), BodyHandlers.ofString()));
    }
}
