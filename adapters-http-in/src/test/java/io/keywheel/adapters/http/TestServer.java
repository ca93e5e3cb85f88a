package io.keywheel.adapters.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.common.LazyValue;
import io.keywheel.adapters.http.connection.ClientTimeouts;
import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.certificates.ServerCertificate;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawClient.Way;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.openapi.Description;
import io.keywheel.timing.Waiting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A gateway on a free port, and ways to talk to it.
public final class TestServer implements AutoCloseable {

    /// The gateway's OpenAPI document, for checks of responses.
    static final Description DESCRIPTION =
            Description.read(HttpGateway.class.getResourceAsStream("status/openapi.yaml"));

    /// The certificate of gateways with TLS, and the trust of their clients.
    static final SSLContext TLS = ServerCertificate.LOCALHOST.context();

    private static final ObjectMapper JSON = new ObjectMapper();

    public final ScriptedChats chats = new ScriptedChats();
    final KnownModels models = new KnownModels();
    final Counted counted = new Counted();
    final LazyValue<HttpClient> client = LazyValue.create(HttpClient::newHttpClient);
    public final HttpGateway gateway;
    public volatile PoolStatus status;

    /// Of shared state.
    public volatile Optional<Boolean> storeConnected = Optional.empty();

    /// What a reload does.
    public volatile Supplier<Reloaded> reload = () -> new Reloaded(
            List.of(), new Reloaded.Keys(List.of(), List.of(), 0), new Reloaded.Tokens(0, 0, 0), List.of(), List.of());

    /// The time of the gateway's clock.
    volatile Instant now = Samples.NOW;

    public volatile ClientRule rule = ClientRule.UNLIMITED;

    public final KnownUsage usage = new KnownUsage();

    /// Counts calls of the full status, each of which takes `statusTime`.
    final AtomicInteger asked = new AtomicInteger();

    volatile Duration statusTime = Duration.ZERO;

    /// Settings that a test may change.
    ///
    /// @param tokens that clients need; empty where they need none
    public record Terms(
            @Nullable SSLContext tls, Set<String> tokens, Set<String> origins, int maxBodyBytes, ServerLimits limits) {
        public static final Terms USUAL = new Terms(
                null,
                Set.of(),
                Set.of(),
                64 * 1024,
                ServerLimits.forHeap(Runtime.getRuntime().maxMemory(), false));

        Terms withTls(SSLContext context) {
            return new Terms(context, tokens, origins, maxBodyBytes, limits);
        }

        public Terms withTokens(String... some) {
            return new Terms(tls, Set.of(some), origins, maxBodyBytes, limits);
        }

        public Terms withOrigins(String... some) {
            return new Terms(tls, tokens, Set.of(some), maxBodyBytes, limits);
        }

        Terms withMaxBodyBytes(int most) {
            return new Terms(tls, tokens, origins, most, limits);
        }

        Terms withConnections(int most) {
            return with(limits.timeouts(), most, limits.chats(), limits.budgetBytes());
        }

        Terms withChats(int most) {
            return with(limits.timeouts(), limits.connections(), most, limits.budgetBytes());
        }

        Terms withBudgetBytes(long most) {
            return with(limits.timeouts(), limits.connections(), limits.chats(), most);
        }

        /// @param time of a head, a body and a write
        public Terms withTimeouts(Duration firstByte, Duration idle, Duration time) {
            var timeouts = new ClientTimeouts(firstByte, idle, time, time, time);
            return with(timeouts, limits.connections(), limits.chats(), limits.budgetBytes());
        }

        private Terms with(ClientTimeouts timeouts, int connections, int chats, long budgetBytes) {
            var others = new ServerLimits(timeouts, connections, chats, budgetBytes);
            return new Terms(tls, tokens, origins, maxBodyBytes, others);
        }

        /// Each token's hash, with a name that says which token it was.
        static Map<String, String> clients(String... tokens) {
            return Stream.of(tokens).collect(toMap(Terms::hash, token -> "with-" + token));
        }

        private static String hash(String token) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        HttpGateway.Settings at(String host, int port) {
            var all = clients(tokens.toArray(String[]::new));
            return new HttpGateway.Settings(host, port, tls, all, origins, maxBodyBytes, 0, Long.MAX_VALUE, "1.2.3");
        }
    }

    public TestServer() {
        this(Terms.USUAL);
    }

    /// A gateway that requires this token.
    public static TestServer guarded(String token) {
        return new TestServer(Terms.USUAL.withTokens(token));
    }

    public TestServer(Terms terms) {
        this(terms, "127.0.0.1", 0);
    }

    TestServer(Terms terms, String host, int port) {
        status = Pools.allReady();
        var useCases = new HttpGateway.UseCases(
                chats, statuses(), models, models::startRefresh, () -> reload.get(), client -> rule, usage);
        gateway = HttpGateway.start(terms.at(host, port), terms.limits(), useCases, counted, () -> now);
    }

    int connections() {
        return gateway.connections();
    }

    private GatewayStatusUseCase statuses() {
        return new GatewayStatusUseCase() {
            @Override
            public PoolStatus status() {
                asked.incrementAndGet();
                LockSupport.parkNanos(statusTime.toNanos());
                return status;
            }

            @Override
            public PoolStatus overview() {
                return status;
            }

            @Override
            public int waiting() {
                return 0;
            }

            @Override
            public Optional<Boolean> isStoreConnected() {
                return storeConnected;
            }
        };
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + gateway.port() + path);
    }

    /// @param headers each a name, a colon and a value
    public Response get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    /// JSON, unless a header says otherwise.
    public Response post(String path, String body, String... headers) {
        String[] all = Stream.concat(Stream.of("Content-Type: application/json"), Stream.of(headers))
                .toArray(String[]::new);
        return send("POST", path, HttpRequest.BodyPublishers.ofString(body), all);
    }

    public Response send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(uri(path)).method(method, body);
        for (String header : headers) {
            String[] parts = header.split(": ", 2);
            request.setHeader(parts[0], parts[1]);
        }
        return send(request.build());
    }

    public Response send(HttpRequest request) {
        return Response.of(DESCRIPTION.send(client.get(), request));
    }

    /// The only answer to exactly these bytes, after which the gateway closes.
    public Response exchange(String request) {
        try (var raw = raw()) {
            String line = raw.send(request).readUntil("\r\n");
            if (line.charAt(9) > '3') {
                // Otherwise the gateway would wait for further bytes of the refused request.
                raw.leave(Way.HALF_CLOSE);
            }
            return Response.of(raw.readAll(line));
        }
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    RawSocket socket() {
        return new RawSocket(raw());
    }

    public RawClient raw() {
        return new RawClient(gateway.port(), DESCRIPTION);
    }

    /// @param protocols that the client offers by ALPN
    RawClient overTls(String... protocols) {
        return RawClient.overTls(gateway.port(), DESCRIPTION, TLS, protocols);
    }

    /// A client with a small receive buffer.
    RawClient slowReader() {
        return RawClient.slow(gateway.port(), DESCRIPTION);
    }

    CompletableFuture<Integer> stop(Duration time) {
        return CompletableFuture.supplyAsync(() -> gateway.stop(time), Thread::startVirtualThread);
    }

    /// Stops the gateway, waits for the end, and returns how many chats were cancelled.
    int stopWithin(Duration time) {
        return stop(time).orTimeout(30, TimeUnit.SECONDS).join();
    }

    /// Starts a stop with a long drain and returns once the readiness check fails.
    CompletableFuture<Integer> stopUntilDraining() {
        var stopped = stop(Duration.ofMinutes(5));
        Waiting.until(() -> get("/health/ready").status() == 503);
        return stopped;
    }

    /// The status of the answer to exactly this request.
    public String statusOf(String request) {
        try (var raw = raw()) {
            return raw.send(request).readUntil("\r\n").substring(9, 12);
        }
    }

    @Override
    public void close() {
        if (client.isLoaded()) {
            client.get().shutdownNow();
        }
        gateway.stop(Duration.ZERO);
    }
}
