package io.keywheel.adapters.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.domain.status.PoolStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/// A gateway on a free port, and ways to talk to it.
public final class TestServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    public final ScriptedChats chats = new ScriptedChats();
    final KnownModels models = new KnownModels();
    final Counted counted = new Counted();
    final HttpClient client = Described.watched(HttpClient.newHttpClient());
    public final HttpGateway gateway;
    public volatile PoolStatus status;

    /// What a reload does.
    public volatile Supplier<Reloaded> reload =
            () -> new Reloaded(List.of(), List.of(), 0, Reloaded.Tokens.NONE, List.of(), List.of());

    /// How often the whole status was asked for, which takes its time.
    final AtomicInteger asked = new AtomicInteger();

    /// What a test may want otherwise.
    public record Terms(HttpGateway.Settings settings, ServerLimits bounds) {
        public static final Terms USUAL = new Terms(
                new HttpGateway.Settings(
                        "127.0.0.1",
                        0,
                        null,
                        Set.of(),
                        Set.of(),
                        64 * 1024,
                        0,
                        Duration.ofSeconds(5),
                        new HttpGateway.Product("Keywheel", "1.2.3")),
                ServerLimits.DEFAULT);

        Terms withTls(SSLContext tls) {
            return new Terms(
                    new HttpGateway.Settings(
                            settings.host(),
                            settings.port(),
                            tls,
                            settings.accessTokens(),
                            settings.corsOrigins(),
                            settings.maxBodyBytes(),
                            settings.maxRequests(),
                            settings.drainTimeout(),
                            settings.product()),
                    bounds);
        }

        public Terms withTokens(String... tokens) {
            return new Terms(settings(Set.of(tokens), settings.corsOrigins()), bounds);
        }

        public Terms withOrigins(String... origins) {
            return new Terms(settings(settings.accessTokens(), Set.of(origins)), bounds);
        }

        public Terms with(ServerLimits serverLimits) {
            return new Terms(settings, serverLimits);
        }

        private HttpGateway.Settings settings(Set<String> tokens, Set<String> origins) {
            return new HttpGateway.Settings(
                    settings.host(),
                    settings.port(),
                    settings.tls(),
                    tokens,
                    origins,
                    settings.maxBodyBytes(),
                    settings.maxRequests(),
                    settings.drainTimeout(),
                    settings.product());
        }
    }

    public TestServer() {
        this(Terms.USUAL);
    }

    public TestServer(Terms terms) {
        status = Pools.allReady();
        gateway = HttpGateway.start(
                terms.settings(),
                terms.bounds(),
                new HttpGateway.UseCases(chats, statuses(), models, () -> reload.get()),
                counted,
                InstantSource.fixed(Samples.NOW));
    }

    private GatewayStatusUseCase statuses() {
        return new GatewayStatusUseCase() {
            @Override
            public PoolStatus status() {
                asked.incrementAndGet();
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
        try {
            return Response.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The only answer to exactly these bytes, after which the gateway closes.
    public Response exchange(String request) {
        try (var raw = raw()) {
            return Response.of(raw.send(request).readAll());
        }
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    SocketClient socket() {
        return new SocketClient(client, URI.create("ws://127.0.0.1:" + gateway.port() + "/api/chat/ws"));
    }

    public RawClient raw() {
        return new RawClient(gateway.port());
    }

    /// Stops the gateway meanwhile.
    CompletableFuture<Void> stop(Duration time) {
        return CompletableFuture.runAsync(() -> gateway.stop(time), Thread::startVirtualThread);
    }

    /// The status of the answer to exactly this request.
    public String statusOf(String request) {
        try (var raw = raw()) {
            return raw.send(request).readUntil("\r\n").substring(9, 12);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        gateway.stop(Duration.ZERO);
    }
}
