package io.keywheel.adapters.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.connection.HeadListener;
import io.keywheel.adapters.http.server.ServerLimits;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;

final class ListenerConfig {

    /// Short, because all chats have ended or been cancelled before Helidon is stopped.
    private static final Duration GRACE = Duration.ofMillis(200);

    private ListenerConfig() {}

    static Http1ConnectionSelector http(Http1Upgrader upgrader) {
        return Http1ConnectionSelector.builder()
                // Helidon compares names of protocols with their case, and Python's `wsproto` sends `WebSocket`.
                .upgraders(Map.of(
                        "websocket", upgrader, "WebSocket", upgrader, "Websocket", upgrader, "WEBSOCKET", upgrader))
                .config(Http1Config.builder()
                        .addReceiveListener(new HeadListener())
                        .sendKeepAliveHeader(false)
                        // Every value comes from the gateway or was validated when it was read.
                        .validateResponseHeaders(false)
                        .maxPrologueLength(DirectErrors.LONGEST_LINE)
                        .maxHeadersSize(DirectErrors.MOST_HEADER_BYTES)
                        .build())
                .build();
    }

    /// Enables only the configured protocols: by default, Helidon discovers others.
    static WebServerConfig.Builder of(HttpGateway.Settings settings, ServerLimits serverLimits) {
        SSLContext tls = settings.tls();
        WebServerConfig.Builder listener = WebServer.builder();
        if (tls != null) {
            listener.tls(Tls.builder()
                    .sslContext(tls)
                    .addApplicationProtocol("http/1.1")
                    .build());
        }
        return listener.host(settings.host())
                .port(settings.port())
                .protocolsDiscoverServices(false)
                .featuresDiscoverServices(false)
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                .maxTcpConnections(ClientConnections.maxSockets(serverLimits.connections()))
                // Without it, `DirectErrors` could not send a body.
                .errorHandling(ErrorHandling.builder().includeEntity(true).build())
                .shutdownHook(false)
                .shutdownGracePeriod(GRACE);
    }
}
