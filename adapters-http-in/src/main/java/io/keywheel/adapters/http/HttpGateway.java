package io.keywheel.adapters.http;

import io.helidon.webserver.http.HttpRouting;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.application.port.in.UsageUseCase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The gateway's HTTP server.
public final class HttpGateway {

    /// The listen address and the access rules.
    ///
    /// @param port 0 for any free port
    /// @param tls the server's TLS context; null for plain HTTP
    /// @param accessTokens the client names by the hex SHA-256 of their tokens, sent as `Authorization: Bearer …`;
    ///     if empty, only requests to a loopback name are accepted
    /// @param corsOrigins the exact origins of web pages that may call, such as `https://chat.example.org`
    /// @param maxBodyBytes the largest request body, and the largest WebSocket message
    /// @param maxRequests the limit of concurrent chats; 0 for one that fits the heap
    /// @param sockets how many sockets the system permits
    /// @param version the program's version, for the start page
    public record Settings(
            String host,
            int port,
            @Nullable SSLContext tls,
            Map<String, String> accessTokens,
            Set<String> corsOrigins,
            int maxBodyBytes,
            int maxRequests,
            long sockets,
            String version) {

        public Settings {
            accessTokens = Map.copyOf(accessTokens);
            corsOrigins = Set.copyOf(corsOrigins);
        }

        /// Omits the token hashes.
        @Override
        public String toString() {
            return "Settings[" + host + ":" + port + ", " + accessTokens.size() + " access tokens]";
        }
    }

    /// The use cases that the APIs call, on any thread.
    ///
    /// @param modelRefresh starts a refresh of the models in the background; false if it has started one recently
    /// @param reload reads the settings anew and applies them; throws
    ///     [io.keywheel.application.port.in.BadSettingsException] if it cannot
    public record UseCases(
            ChatUseCase chats,
            GatewayStatusUseCase status,
            ModelsUseCase models,
            BooleanSupplier modelRefresh,
            Supplier<Reloaded> reload,
            ClientsUseCase clients,
            UsageUseCase usage) {}

    /// The server cannot listen on the configured address.
    public static final class CannotListenException extends RuntimeException {

        static final String IN_USE = "another program has it; KEYWHEEL_PORT=0 picks a free one";

        private final boolean inUse;

        CannotListenException(String host, int port, String reason, @Nullable Throwable cause) {
            super(
                    "Cannot listen on %s, port %s (KEYWHEEL_HOST, KEYWHEEL_PORT): %s".formatted(host, port, reason),
                    cause);
            inUse = reason.equals(IN_USE);
        }

        /// Whether another program listens there, perhaps a gateway that is running already.
        public boolean isInUse() {
            return inUse;
        }
    }

    private final HttpAssembly httpAssembly;

    private HttpGateway(HttpAssembly httpAssembly) {
        this.httpAssembly = httpAssembly;
    }

    /// Loads Helidon's services on any thread before [#start], which would do it otherwise.
    public static void prepare() {
        HttpRouting.builder().register(_ -> {}).build();
    }

    /// Tries whether the address can be bound now, and releases it. With port 0, any free port will do.
    ///
    /// @throws CannotListenException if it cannot be bound
    public static void requireFree(String host, int port) {
        ListenerWatchdog.requireFree(host, port);
    }

    /// Starts the server, which accepts connections when this method returns.
    ///
    /// @param clock the wall clock that the instants in `useCases` come from
    /// @throws CannotListenException if the address cannot be bound
    public static HttpGateway start(Settings settings, UseCases useCases, GatewayMetrics metrics, InstantSource clock) {
        var limits = limits(settings.maxRequests(), settings.tls() != null, settings.sockets());
        return start(settings, limits, useCases, metrics, clock);
    }

    static HttpGateway start(
            Settings settings,
            ServerLimits serverLimits,
            UseCases useCases,
            GatewayMetrics metrics,
            InstantSource clock) {
        return new HttpGateway(HttpAssembly.start(settings, serverLimits, useCases, metrics, clock));
    }

    private static ServerLimits limits(int maxRequests, boolean tls, long sockets) {
        return ServerLimits.forHeap(Runtime.getRuntime().maxMemory(), tls)
                .withChats(maxRequests)
                .withSockets(sockets);
    }

    /// The id of the request that the current thread serves, if any.
    public static Optional<String> currentRequest() {
        return RequestContext.currentId();
    }

    /// The limit of client sockets for the given `maxRequests`, if the system permits so many `sockets` in all.
    public static int connectionLimit(int maxRequests, boolean tls, long sockets) {
        return ClientConnections.maxSockets(limits(maxRequests, tls, sockets).connections());
    }

    /// The limit of concurrent chats for the given `maxRequests`; 0 for one that fits the heap.
    public static int chatLimit(int maxRequests) {
        return limits(maxRequests, false, Long.MAX_VALUE).chats();
    }

    /// The number of concurrent chats that this process's heap has room for, regardless of the settings.
    public static int chatsForHeap() {
        return ServerLimits.chatsForHeap(Runtime.getRuntime().maxMemory());
    }

    public int port() {
        return httpAssembly.server().port();
    }

    /// Replaces the accepted access tokens. Active requests continue.
    public void replaceAccessTokens(Map<String, String> accessTokens) {
        httpAssembly.accessTokenCheck().replaceAccessTokens(accessTokens);
    }

    public int activeChats() {
        return httpAssembly.activeChats().count();
    }

    /// The number of open client sockets, for tests.
    int connections() {
        return httpAssembly.clientConnections().count();
    }

    /// Runs `action` once, on another thread, if the server stops listening without a call of [#stop]; on this one, if
    /// it has stopped already. Active requests continue; the caller must still call [#stop].
    public void onStoppedListening(Runnable action) {
        httpAssembly.listenerWatchdog().onEnd(action);
    }

    /// Refuses new chats, waits up to `drainTimeout` for running ones, then cancels the rest. WebSockets get a close
    /// frame. Returns when everything is closed. A second call, from another thread with a zero timeout, ends the
    /// wait of the first.
    ///
    /// @return how many chats it has cancelled
    public int stop(Duration drainTimeout) {
        int cancelled = httpAssembly.activeChats().drain(drainTimeout);
        httpAssembly.stop();
        httpAssembly.activeChats().awaitEnd();
        return cancelled;
    }
}
