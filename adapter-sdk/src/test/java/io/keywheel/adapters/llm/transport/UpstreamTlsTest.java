package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.certificates.ServerCertificate;
import io.keywheel.contract.Calls;
import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.routing.ProviderId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Server authentication over TLS, direct and through a proxy.
@Isolated("changes what all TLS clients of the JVM trust")
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class UpstreamTlsTest implements SendingFixture {

    private static AutoCloseable trust;

    @Parameter
    String client = "jdk";

    @BeforeAll
    static void trustOne(@TempDir Path directory) throws Exception {
        trust = ServerCertificate.trustedByAll(directory);
    }

    @AfterAll
    static void trustAsBefore() throws Exception {
        trust.close();
    }

    private static WireServer answering(ServerCertificate certificate) throws Exception {
        return WireServer.start(
                certificate.context().getServerSocketFactory(),
                exchange -> exchange.json(200, "\"" + exchange.body() + "\""));
    }

    @Test
    void trusted_certificate_for_the_host_is_accepted() throws Exception {
        try (var server = answering(ServerCertificate.LOCALHOST);
                var transport = transport(Map.of())) {
            for (int i = 0; i < 3; i++) {
                assertEquals("\"ping\"", answer(transport, "localhost", server.port()));
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void untrusted_expired_or_wrong_host_certificate_is_refused() throws Exception {
        refuses(ServerCertificate.UNTRUSTED, "localhost", "is not trusted: ");
        refuses(ServerCertificate.ADDRESS, "localhost", "is not trusted: No subject alternative ");
        refuses(ServerCertificate.EXPIRED, "localhost", "has expired");
        // The certificate names localhost, not the address.
        refuses(ServerCertificate.LOCALHOST, "127.0.0.1", "is not trusted: No subject alternative ");
    }

    @Test
    void plain_text_server_never_receives_the_key() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var transport = transport(Map.of())) {
            CompletableFuture<String> heard = CompletableFuture.supplyAsync(() -> hearAndAnswerInTheClear(listener));

            assertThrows(TransportException.class, () -> answer(transport, "localhost", listener.getLocalPort()));

            assertFalse(heard.get(30, TimeUnit.SECONDS).contains("Bearer"));
        }
    }

    @Test
    void tls_1_1_is_refused() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var transport = transport(Map.of())) {
            CompletableFuture<Boolean> left = CompletableFuture.supplyAsync(() -> greetInTls11(listener));

            var failure = assertThrows(
                    TransportException.class, () -> answer(transport, "localhost", listener.getLocalPort()));

            // A client that accepted TLS 1.1 would wait for the certificate.
            assertTrue(failure.reason().contains("protocol version TLS11 is not accepted"), failure.reason());
            assertTrue(left.get(30, TimeUnit.SECONDS));
        }
    }

    /// Sends a TLS 1.1 ServerHello and then waits until the client closes.
    private static boolean greetInTls11(ServerSocket listener) {
        String hello = "0302" + "00".repeat(32) + "00" + "c013" + "00";
        String message = "020000" + "%02x".formatted(hello.length() / 2) + hello;
        String head = "16" + "0302" + "00" + "%02x".formatted(message.length() / 2);
        try (Socket socket = listener.accept()) {
            socket.getOutputStream().write(HexFormat.of().parseHex(head + message));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            return true; // reset
        }
        return true;
    }

    private static String hearAndAnswerInTheClear(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            byte[] first = new byte[4096];
            int length = socket.getInputStream().read(first);
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(first, 0, length, StandardCharsets.ISO_8859_1)
                    + new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void refuses(ServerCertificate certificate, String host, String reason) throws Exception {
        try (var server = answering(certificate);
                var transport = transport(Map.of())) {
            var failure = assertThrows(TransportException.class, () -> answer(transport, host, server.port()));

            String expected = "no secure connection to it could be made: its certificate " + reason;
            assertTrue(failure.reason().startsWith(expected), failure.reason());
            assertEquals(List.of(), server.exchanges());
        }
    }

    @Test
    void proxy_receives_only_the_host_name() throws Exception {
        try (var server = answering(ServerCertificate.LOCALHOST);
                var proxy = ConnectProxy.to(server.port());
                var transport = transport(Map.of("proxy", "127.0.0.1:" + proxy.port()))) {
            for (int i = 0; i < 3; i++) {
                assertEquals("\"ping\"", answer(transport, "upstream.test", 443));
            }

            assertEquals(List.of("CONNECT upstream.test:443 HTTP/1.1"), proxy.asked());
            assertFalse(proxy.seen().contains("Bearer"), proxy.seen());
        }
    }

    @Test
    void provider_receives_the_same_request_through_a_tunnel() throws Exception {
        try (var server = answering(ServerCertificate.LOCALHOST);
                var proxy = ConnectProxy.to(server.port());
                var through = transport(Map.of("proxy", "127.0.0.1:" + proxy.port()));
                var direct = transport(Map.of())) {
            answer(through, "localhost", server.port());
            answer(direct, "localhost", server.port());

            assertEquals(
                    server.exchanges().getLast().head(),
                    server.exchanges().getFirst().head());
        }
    }

    @Test
    void wrong_certificate_behind_a_proxy_is_refused() throws Exception {
        for (var behind : List.of(ServerCertificate.UNTRUSTED, ServerCertificate.ADDRESS)) {
            try (var server = answering(behind);
                    var proxy = ConnectProxy.to(server.port());
                    var transport = transport(Map.of("proxy", "127.0.0.1:" + proxy.port()))) {
                assertThrows(TransportException.class, () -> answer(transport, "upstream.test", 443));

                assertEquals(List.of(), server.exchanges());
            }
        }
    }

    @Test
    void proxy_refusal_causes_no_direct_connection() throws Exception {
        try (var server = answering(ServerCertificate.LOCALHOST);
                var proxy = WireServer.start(exchange -> exchange.answer(403, "text/plain", ""));
                var transport = transport(Map.of("proxy", "127.0.0.1:" + proxy.port()))) {
            var failure = assertThrows(TransportException.class, () -> answer(transport, "localhost", server.port()));

            assertEquals("the proxy refused with status 403", failure.reason());
            assertFalse(proxy.exchanges().isEmpty());
            assertEquals(0, server.connections());
        }
    }

    @Test
    void proxy_password_is_sent_only_to_the_proxy() throws Exception {
        String authorization =
                "Basic " + Base64.getEncoder().encodeToString("somebody:s@crét+".getBytes(StandardCharsets.UTF_8));
        try (var server = answering(ServerCertificate.LOCALHOST);
                var proxy = ConnectProxy.to(server.port(), authorization);
                var transport = transport(Map.of("proxy", "somebody:s%40cr%C3%A9t+@127.0.0.1:" + proxy.port()))) {
            assertEquals("\"ping\"", answer(transport, "upstream.test", 443));

            assertEquals(List.of("CONNECT upstream.test:443 HTTP/1.1"), proxy.asked());
            String head = server.exchanges().getFirst().head();
            assertFalse(head.toLowerCase(Locale.ROOT).contains("proxy-authorization"), head);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "somebody:wr0ng@", "somebody@"})
    void proxy_status_407_is_reported_without_the_password(String credentials) throws Exception {
        try (var server = answering(ServerCertificate.LOCALHOST);
                var proxy = ConnectProxy.to(server.port(), "Basic cmlnaHQ=");
                var transport = transport(Map.of("proxy", credentials + "127.0.0.1:" + proxy.port()))) {
            var failure = assertThrows(TransportException.class, () -> answer(transport, "localhost", server.port()));

            assertEquals("the proxy refused with status 407", failure.reason());
            assertFalse(failure.toString().contains("wr0ng"));
            assertEquals(0, server.connections());
        }
    }

    /// The JDK's client counts a proxy's answer towards the deadline, and Helidon's counts it as connecting.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void silent_tls_server_or_proxy_times_out(boolean isProxy) throws Exception {
        boolean byDeadline = isProxy && client.equals("jdk");
        // The system completes the connection of a client that is never accepted.
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var transport = transport(
                        isProxy ? Map.of("proxy", "127.0.0.1:" + silent.getLocalPort()) : Map.of(),
                        byDeadline ? LONG : SOON)) {
            var uri = URI.create("https://localhost:" + silent.getLocalPort() + "/chat");

            var failure = assertThrows(
                    TransportException.class,
                    () -> transport.send(request(uri, "ping"), deadlineIn(byDeadline ? SOON : LONG)));

            assertTrue(isTimeout(failure));
            assertEquals(byDeadline ? "no answer within 300ms" : "no connection within 300ms", failure.reason());
        }
    }

    @Test
    void handshake_that_never_ends_times_out_as_connecting() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var transport = transport(Map.of(), SOON)) {
            Thread.startVirtualThread(() -> trickleHandshake(listener));

            var failure = assertThrows(
                    TransportException.class, () -> answer(transport, "localhost", listener.getLocalPort()));

            assertTrue(isTimeout(failure));
            assertEquals("no connection within 300ms", failure.reason());
        }
    }

    /// Sends a handshake record of 16 KiB byte by byte until the client closes.
    private static void trickleHandshake(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            var client = new WireExchange(socket, socket.getInputStream(), "", "");
            socket.getOutputStream().write(HexFormat.of().parseHex("1603034000"));
            while (!client.hungUpWithin(20)) {
                client.send("x");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-Other\r\n\r\n", ""})
    void connection_to_a_proxy_without_a_valid_answer_is_closed(String invalid) throws Exception {
        var hungUp = new CompletableFuture<Void>();
        try (var proxy = WireServer.start(exchange -> {
                    exchange.send(invalid);
                    exchange.socket().shutdownOutput();
                    exchange.awaitHangUp();
                    hungUp.complete(null);
                });
                var transport = transport(Map.of("proxy", "127.0.0.1:" + proxy.port()))) {
            var failure = assertThrows(TransportException.class, () -> answer(transport, "upstream.test", 443));

            assertEquals(
                    client.equals("jdk")
                            ? "the connection was closed before an answer came"
                            : "the proxy sent no valid answer",
                    failure.reason());
            hungUp.get(30, TimeUnit.SECONDS);
        }
    }

    /// No program can listen on port 0.
    @ParameterizedTest
    @CsvSource({
        "no-such-host.invalid:3128, the proxy's host name is unknown",
        "127.0.0.1:0, the connection to the proxy was refused",
    })
    void failure_to_connect_to_a_proxy_names_the_proxy(String proxy, String reason) {
        try (var transport = transport(Map.of("proxy", proxy))) {
            var failure = assertThrows(TransportException.class, () -> answer(transport, "upstream.test", 443));

            assertEquals(reason, failure.reason());
        }
    }

    private Transport transport(Map<String, String> more) {
        return transport(more, LONG);
    }

    private Transport transport(Map<String, String> more, Duration connectTimeout) {
        var options = new LinkedHashMap<>(more);
        options.put("transport", client);
        var timeouts = new Timeouts(connectTimeout, LONG, LONG);
        return Transport.open(Calls.settings(new ProviderId("any"), "https://localhost", timeouts, options, ""));
    }

    private String answer(Transport transport, String host, int port) throws Exception {
        var uri = URI.create("https://" + host + ":" + port + "/chat");
        try (Response response = transport.send(request(uri, "ping"), deadlineIn(LONG))) {
            return text(response);
        }
    }
}
