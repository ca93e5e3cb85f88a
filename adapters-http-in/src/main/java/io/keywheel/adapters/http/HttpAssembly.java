package io.keywheel.adapters.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.keywheel.adapters.http.chat.ChatErrors;
import io.keywheel.adapters.http.chat.ChatRoutes;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.connection.HeadListener;
import io.keywheel.adapters.http.openai.CompletionRoutes;
import io.keywheel.adapters.http.openai.ModelRoutes;
import io.keywheel.adapters.http.openai.OpenAiErrors;
import io.keywheel.adapters.http.server.AccessTokenCheck;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.AllowedOrigins;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.CompletionRecorder;
import io.keywheel.adapters.http.server.ErrorHandlers;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.ModelRefresher;
import io.keywheel.adapters.http.server.RequestFilter;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.adapters.http.status.ConsoleRoutes;
import io.keywheel.adapters.http.status.EventRoutes;
import io.keywheel.adapters.http.status.MetricsRoutes;
import io.keywheel.adapters.http.status.OpenApiRoutes;
import io.keywheel.adapters.http.status.RefreshRoutes;
import io.keywheel.adapters.http.status.ReloadRoutes;
import io.keywheel.adapters.http.status.StatusRoutes;
import io.keywheel.adapters.http.status.StatusSampler;
import io.keywheel.adapters.http.websocket.Handshake;
import io.keywheel.adapters.http.websocket.OpenWebSockets;
import io.keywheel.adapters.http.websocket.WebSocketChats;
import io.keywheel.adapters.http.websocket.WebSocketRoutes;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;

/// Puts the server together.
record HttpAssembly(
        WebServer server,
        ListenerWatchdog listening,
        ClientConnections lines,
        ActiveChats running,
        AccessTokenCheck gate) {

    /// All that had time to end has ended before Helidon is stopped.
    private static final Duration GRACE = Duration.ofMillis(200);

    static HttpAssembly start(
            HttpGateway.Settings settings,
            ServerLimits serverLimits,
            HttpGateway.UseCases useCases,
            HttpGateway.Meter meter,
            InstantSource clock) {
        new ListenAddress(settings.host(), settings.port()).mustBeFree();
        var activeChats = new ActiveChats(serverLimits.chats());
        var completionRecorder = new CompletionRecorder(meter);
        var words = new ChatErrors(clock);
        var errorHandlers = new ErrorHandlers(
                new ErrorSender(words, activeChats), new ErrorSender(new OpenAiErrors(words), activeChats));
        var allowedOrigins = new AllowedOrigins(settings.corsOrigins());
        var accessTokenCheck = new AccessTokenCheck(allowedOrigins, settings.accessTokens());
        var bodyReader = new BodyReader(settings.maxBodyBytes());
        var bodyBudget = serverLimits.budget(settings.maxBodyBytes());
        var clientConnections = new ClientConnections(
                serverLimits.patience(settings.maxBodyBytes()),
                bodyBudget,
                serverLimits.answerBudget(),
                serverLimits.connections());

        var doing = new WebSocketChats.Doing(useCases.chats(), activeChats, errorHandlers.own(), completionRecorder);
        var sockets = new OpenWebSockets(doing, settings.maxBodyBytes(), serverLimits.chatsPerSocket());
        var webSocketRoutes = new WebSocketRoutes(accessTokenCheck, new Handshake(activeChats), sockets, doing);

        var statusSampler = new StatusSampler(useCases.status(), meter, activeChats);
        var routing = HttpRouting.builder()
                .addFilter(new RequestFilter(
                        accessTokenCheck, allowedOrigins, activeChats, errorHandlers, completionRecorder))
                .register(new ChatRoutes(useCases.chats(), bodyReader, errorHandlers.own()))
                .register(new CompletionRoutes(useCases.chats(), bodyReader, errorHandlers.openAi(), clock))
                .register(new ModelRoutes(useCases.models(), errorHandlers.openAi()))
                .register(webSocketRoutes)
                .register(new MetricsRoutes(meter, errorHandlers.own()))
                .register(new OpenApiRoutes(errorHandlers.own()))
                .register(new RefreshRoutes(new ModelRefresher(useCases.models()), bodyReader, errorHandlers.own()))
                .register(new ReloadRoutes(useCases.reload(), bodyReader, errorHandlers.own()))
                .register(new StatusRoutes(useCases.status(), settings.product(), activeChats, errorHandlers.own()))
                .register(new ConsoleRoutes(errorHandlers.own()))
                .register(new EventRoutes(
                        statusSampler, activeChats, accessTokenCheck, serverLimits.quiet(), errorHandlers.own()));
        Routes.end(routing, errorHandlers);

        WebServer server = listener(settings, serverLimits)
                .directHandlers(new DirectErrors(completionRecorder).handlers())
                .addConnectionSelector(clientConnections.over(http(webSocketRoutes)))
                .routing(routing)
                .build()
                .start();
        if (!server.isRunning()) {
            // Somebody was faster, a moment ago.
            clientConnections.close();
            throw new HttpGateway.CannotListenException("another program has it");
        }
        var listenerWatchdog = ListenerWatchdog.at(new ListenAddress(settings.host(), server.port()));
        return new HttpAssembly(server, listenerWatchdog, clientConnections, activeChats, accessTokenCheck);
    }

    private static Http1ConnectionSelector http(Http1Upgrader upgrader) {
        return Http1ConnectionSelector.builder()
                .addUpgrader(upgrader)
                .config(Http1Config.builder()
                        .addReceiveListener(new HeadListener())
                        .sendKeepAliveHeader(false)
                        .maxPrologueLength(DirectErrors.LONGEST_LINE)
                        .maxHeadersSize(DirectErrors.MOST_HEADER_BYTES)
                        .build())
                .build();
    }

    /// Speaks nothing but what it is given: Helidon would find further protocols by itself.
    private static WebServerConfig.Builder listener(HttpGateway.Settings settings, ServerLimits serverLimits) {
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
                .maxTcpConnections(ClientConnections.mostSockets(serverLimits.connections()))
                // Else they are not told what was wrong; they tell it in words of their own.
                .errorHandling(ErrorHandling.builder().includeEntity(true).build())
                .shutdownHook(false)
                .shutdownGracePeriod(GRACE);
    }

    void stop() {
        listening.close();
        server.stop();
        lines.close();
    }
}
