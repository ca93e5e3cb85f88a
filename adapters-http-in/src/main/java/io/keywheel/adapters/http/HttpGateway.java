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
import io.keywheel.application.port.in.ReloadUseCase;
import io.keywheel.application.port.in.UsageUseCase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The gateway's HTTP server.
public final class HttpGateway {

    /// Where the server listens, and whom it lets in.
    ///
    /// @param port 0 for a free one
    /// @param tls who the server is over TLS; null for plain HTTP
    /// @param accessTokens of what clients send as `Authorization: Bearer …`, the SHA-256 as hex digits, and the
    ///     client's name; empty: requests to a loopback name are let in
    /// @param corsOrigins the exact origins of web pages that may call, as `https://chat.example.org`
    /// @param maxBodyBytes the largest request body, and the largest WebSocket message
    /// @param maxRequests the most chats at once; 0: as [#mostRequests] has it
    /// @param version of the program, for the start page
    public record Settings(
            String host,
            int port,
            @Nullable SSLContext tls,
            Map<String, String> accessTokens,
            Set<String> corsOrigins,
            int maxBodyBytes,
            int maxRequests,
            String version) {

        public Settings {
            accessTokens = Map.copyOf(accessTokens);
            corsOrigins = Set.copyOf(corsOrigins);
        }

        /// Without the hashes of the tokens, which say nothing to a reader.
        @Override
        public String toString() {
            return "Settings[" + host + ":" + port + ", " + accessTokens.size() + " access tokens]";
        }
    }

    /// What the APIs call.
    public record UseCases(
            ChatUseCase chats,
            GatewayStatusUseCase status,
            ModelsUseCase models,
            ReloadUseCase reload,
            ClientsUseCase clients,
            UsageUseCase usage) {}

    /// The address of the settings cannot be listened on.
    public static final class CannotListenException extends RuntimeException {

        private static final long serialVersionUID = 1;

        CannotListenException(String host, int port, String reason, @Nullable Throwable cause) {
            super(
                    "Cannot listen on %s, port %d (KEYWHEEL_HOST, KEYWHEEL_PORT): %s".formatted(host, port, reason),
                    cause);
        }
    }

    private final HttpAssembly httpAssembly;

    private HttpGateway(HttpAssembly httpAssembly) {
        this.httpAssembly = httpAssembly;
    }

    /// Has Helidon look for its services, which it does once, when a server is first made. Another thread can do
    /// this while the program prepares [#start].
    public static void prepare() {
        HttpRouting.builder().register(_ -> {}).build();
    }

    /// Listens when it returns.
    ///
    /// @param clock the wall clock of the moments that `useCases` return
    /// @throws CannotListenException if the address cannot be had
    public static HttpGateway start(Settings settings, UseCases useCases, GatewayMetrics metrics, InstantSource clock) {
        return start(settings, bounds(settings.maxRequests(), settings.tls() != null), useCases, metrics, clock);
    }

    static HttpGateway start(
            Settings settings,
            ServerLimits serverLimits,
            UseCases useCases,
            GatewayMetrics metrics,
            InstantSource clock) {
        return new HttpGateway(HttpAssembly.start(settings, serverLimits, useCases, metrics, clock));
    }

    private static ServerLimits bounds(int maxRequests, boolean tls) {
        return ServerLimits.within(Runtime.getRuntime().maxMemory(), tls).withChats(maxRequests);
    }

    /// The id of the request that this thread is at work for, if it is for one.
    public static Optional<String> currentRequest() {
        return RequestContext.currentId();
    }

    /// The most sockets of clients at once where the settings say `maxRequests`.
    public static int mostConnections(int maxRequests, boolean tls) {
        return ClientConnections.mostSockets(bounds(maxRequests, tls).connections());
    }

    /// The most chats at once where the settings say `maxRequests`.
    public static int mostRequests(int maxRequests) {
        return bounds(maxRequests, false).chats();
    }

    /// How many chats at once the heap of this process has room for, whatever the settings say.
    public static int roomForRequests() {
        return ServerLimits.chatsWithin(Runtime.getRuntime().maxMemory());
    }

    public int port() {
        return httpAssembly.server().port();
    }

    /// From now on these tokens are asked for, and no others. What is under way goes on.
    public void admit(Map<String, String> accessTokens) {
        httpAssembly.accessTokenCheck().admit(accessTokens);
    }

    public int chats() {
        return httpAssembly.activeChats().count();
    }

    /// Whether it has stopped accepting connections by itself.
    public boolean hasStoppedListening() {
        return httpAssembly.listenerWatchdog().hasEnded();
    }

    /// Runs `action` once [#hasStoppedListening]; what is under way goes on, and [#stop] is still to be called.
    public void onStoppedListening(Runnable action) {
        httpAssembly.listenerWatchdog().onEnd(action);
    }

    public int connections() {
        return httpAssembly.clientConnections().count();
    }

    /// Takes no new chats, gives the running ones `drainTimeout` to end, then cuts whatever is left. WebSockets get
    /// a close frame. Returns when all is closed; a second call, from another thread, with no time at all cuts the
    /// first one short.
    public void stop(Duration drainTimeout) {
        httpAssembly.activeChats().drain(drainTimeout);
        httpAssembly.stop();
    }
}
