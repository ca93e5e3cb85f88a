package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Environment;
import io.keywheel.certificates.ServerCertificate;
import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Moment;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import io.keywheel.store.StoreServer;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What only a separate process shows: the properties of Java that `Main` sets, the log, the loaded classes and the
/// exit status. Most tests share one process with many settings. Its locale has other digits, and its proxy refuses
/// each tunnel.
class ProgramTest {

    private static final String PROXY_CREDENTIALS = "basic bwu6cznjcmv0";

    private static boolean renegotiated = true;
    private static String proxied = "";
    private static List<String> heads = List.of();
    private static List<String> classes = List.of();
    private static String output = "";
    private static int status = -1;

    @BeforeAll
    @Timeout(180)
    static void run(@TempDir Path directory) throws Exception {
        var certificate = ServerCertificate.ADDRESS;
        SSLContext trusting = certificate.context();
        Path log = directory.resolve("classes");
        try (var simulator = Simulator.start(
                        Scenario.withSeed(7).key(GROQ, GROQ_ONE, "org_1").key(GROQ, GROQ_TWO, "org_2"));
                var proxy = WireServer.start(exchange -> exchange.json(403, "{}"));
                var client = HttpClient.newBuilder().sslContext(trusting).build();
                var program = RunningProgram.start(
                        Environment.of(
                                "GROQ_API_KEYS=" + GROQ_ONE + "," + GROQ_TWO,
                                "GROQ_BASE_URL=" + simulator.baseUrl(GROQ),
                                "CEREBRAS_API_KEYS=k",
                                "CEREBRAS_BASE_URL=https://llm.test",
                                "HTTPS_PROXY=http://me:s3cret@127.0.0.1:" + proxy.port(),
                                "KEYWHEEL_TLS_CERT=" + certificate.certificateIn(directory),
                                "KEYWHEEL_TLS_KEY=" + certificate.keyIn(directory),
                                "KEYWHEEL_LOG=json",
                                "KEYWHEEL_LOG_LEVEL=debug",
                                // Longer than any wait of a test.
                                "KEYWHEEL_DRAIN_TIMEOUT=299500ms",
                                "KEYWHEEL_PORT=0"),
                        "-Duser.language=ar",
                        "-Duser.country=EG",
                        "-Xlog:class+load:file=" + log)) {
            URI gateway = program.address();
            renegotiated = renegotiates(gateway, trusting);

            simulator.on(GROQ, GROQ_ONE).next(Fault.named("invalid-key"));
            var chat = World.request(gateway.resolve("/api/chat"), provider("groq"));
            World.DESCRIPTION.send(client, World.with(chat, "X-Request-Id", "r-1"));
            proxied = World.DESCRIPTION
                    .send(client, World.request(gateway.resolve("/api/chat"), provider("cerebras")))
                    .body();

            simulator.on(GROQ).always(new Fault.Hang(Moment.afterTokens(3)));
            var stream = World.request(gateway.resolve("/api/chat/stream"), provider("groq"));
            try (var _ = client.send(stream, BodyHandlers.ofLines()).body()) {
                program.terminate();
                program.lineWith("up to 300 s more");
                Waiting.until(() -> {
                    program.terminate();
                    return program.hasEnded();
                });
                status = program.exitStatus();
            }
            output = program.output();
            heads = proxy.exchanges().stream().map(WireExchange::head).toList();
        }
        classes = Files.readAllLines(log);
    }

    private static String provider(String name) {
        return World.hello("\"provider\": \"" + name + "\", ");
    }

    private static boolean renegotiates(URI gateway, SSLContext trusting) throws IOException {
        try (var socket = (SSLSocket)
                trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.getPort())) {
            socket.setSoTimeout(60_000);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            try {
                socket.startHandshake();
                socket.getInputStream().read();
                return true;
            } catch (SSLHandshakeException _) {
                return false;
            }
        }
    }

    private static JsonNode lineWith(String words) {
        return World.json(output.lines()
                .filter(line -> line.contains(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output)));
    }

    @Test
    void output_has_ascii_digits_in_any_locale() {
        assertTrue(output.contains(" with groq (2 keys)"), output);
        assertTrue(output.chars().noneMatch(c -> c > '9' && Character.isDigit(c)), output);
    }

    @Test
    void json_log_lines_carry_the_request_id_and_no_keys() {
        JsonNode warned = lineWith("retired until");
        JsonNode tried = lineWith("groq/2 tried for openai/gpt-oss-120b: ok");
        JsonNode done = lineWith("io.keywheel.requests");

        assertEquals("WARN", warned.path("log.level").asText());
        assertEquals("DEBUG", tried.path("log.level").asText());
        for (JsonNode line : List.of(warned, tried, done)) {
            assertEquals("r-1", line.path("http.request.id").asText(), line::toString);
        }
        assertEquals(200, done.path("http.response.status_code").intValue());
        assertFalse(output.contains("canary"), output);
    }

    @Test
    void tls_renegotiation_is_rejected() {
        assertFalse(renegotiated);
    }

    @Test
    void proxy_receives_the_password_and_no_output_contains_it() {
        assertTrue(proxied.contains("the proxy refused with status 403"), proxied);
        assertFalse(heads.isEmpty());
        for (String head : heads) {
            assertTrue(head.toLowerCase(Locale.ROOT).contains("proxy-authorization: " + PROXY_CREDENTIALS), head);
        }
        for (String shown : List.of(proxied, output)) {
            assertFalse(shown.contains("s3cret"), shown);
            assertFalse(shown.toLowerCase(Locale.ROOT).contains(PROXY_CREDENTIALS), shown);
        }
    }

    @Test
    void no_opentelemetry_class_loads_without_otel_variables() {
        assertTrue(classes.stream().anyMatch(line -> line.contains(" io.keywheel.adapters.http.")));
        assertEquals(
                List.of(),
                classes.stream()
                        .filter(line -> line.contains(" io.opentelemetry."))
                        .toList());
    }

    @Test
    void second_sigterm_ends_a_stream_and_exits_with_1_immediately() {
        assertEquals(1, status, output);
        String line = output.lines()
                .filter(each -> each.contains("Stopped by a second"))
                .findFirst()
                .orElseThrow();
        assertTrue(line.contains("\"Stopped by a second signal; chats cut off: 1\""), line);
        // At every KEYWHEEL_LOG_LEVEL, because nothing else explains the status.
        assertTrue(line.contains("\"ERROR\""), line);
    }

    @Test
    void ipv6_host_without_ipv6_names_the_setting_and_exits_with_2() throws Exception {
        try (var program = RunningProgram.start(
                Environment.of("GROQ_API_KEYS=k", "KEYWHEEL_HOST=::1", "KEYWHEEL_PORT=0"),
                "-Djava.net.preferIPv4Stack=true")) {
            String said = program.output();

            assertTrue(
                    said.endsWith("Cannot listen on ::1, port 0 (KEYWHEEL_HOST, KEYWHEEL_PORT): IPv6 is disabled"),
                    said);
            assertEquals(2, program.exitStatus());
        }
    }

    /// The reload, as the log reports, shows that the gateway handles signals.
    @Test
    @Timeout(60)
    void sigterm_stops_a_gateway_whose_standard_output_is_not_read(@TempDir Path directory) throws Exception {
        int port = StoreServer.freePort();
        try (var program = RunningProgram.startUnread(
                directory,
                Environment.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=http://127.0.0.1:1", "KEYWHEEL_PORT=" + port))) {
            Waiting.until(() -> isListening(port));
            program.hangUp();
            program.lineWith("reloaded");

            program.terminate();

            program.lineWith("Stopped; chats cut off: 0");
            assertEquals(0, program.exitStatus());
        }
    }

    private static boolean isListening(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    @Timeout(60)
    void host_name_that_resolves_again_is_used_by_the_next_probe(@TempDir Path directory) throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 other.test\n");
        try (var simulator = Simulator.start(Scenario.withSeed(7).key(GROQ, GROQ_ONE, "org_1"));
                var client = HttpClient.newHttpClient();
                var program = RunningProgram.start(
                        Environment.of(
                                "GROQ_API_KEYS=" + GROQ_ONE,
                                "GROQ_ALLOW_HTTP=true",
                                "GROQ_BASE_URL="
                                        + simulator.baseUrl(GROQ).toString().replace("127.0.0.1", "late.test"),
                                "KEYWHEEL_PORT=0"),
                        "-Djdk.net.hosts.file=" + hosts)) {
            var chat = World.request(program.address().resolve("/api/chat"), World.hello(""));
            assertEquals("groq/1:unavailable", attempts(client, chat));

            Files.writeString(hosts, "127.0.0.1 late.test\n");
            String probe = attempts(client, chat);
            while (probe.isEmpty()) {
                probe = attempts(client, chat);
            }

            assertEquals("groq/1:ok", probe);
        }
    }

    @Test
    @Timeout(60)
    void address_is_used_while_no_name_server_answers(@TempDir Path directory) throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 known.test\n");
        try (var provider = WireServer.start(exchange -> exchange.json(400, "{}", "Connection: close"));
                var client = HttpClient.newHttpClient();
                var program = RunningProgram.start(
                        Environment.of(
                                "GROQ_API_KEYS=k",
                                "GROQ_ALLOW_HTTP=true",
                                "GROQ_BASE_URL=http://known.test:" + provider.port(),
                                "KEYWHEEL_PORT=0"),
                        "-Djdk.net.hosts.file=" + hosts,
                        // Java asks the name server again after a second.
                        "-Dsun.net.inetaddr.ttl=1")) {
            var chat = World.request(program.address().resolve("/api/chat"), World.hello(""));
            assertEquals("groq/1:rejected", attempts(client, chat));

            Files.writeString(hosts, "127.0.0.1 other.test\n");
            long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
            while (System.nanoTime() - end < 0) {
                assertEquals("groq/1:rejected", attempts(client, chat));
            }
        }
    }

    /// Empty if the only key was cooling.
    private static String attempts(HttpClient client, HttpRequest chat) throws Exception {
        return World.DESCRIPTION
                .send(client, chat)
                .headers()
                .firstValue("X-Keywheel-Attempts")
                .orElse("");
    }
}
