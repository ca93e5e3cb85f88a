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
import io.keywheel.adapters.http.line.Lines;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;

/// Puts the server together.
record Assembly(WebServer server, Listening listening, Lines lines, Running running, Gate gate) {

    /// All that had time to end has ended before Helidon is stopped.
    private static final Duration GRACE = Duration.ofMillis(200);

    static Assembly start(
            HttpGateway.Settings settings,
            Bounds bounds,
            HttpGateway.UseCases useCases,
            HttpGateway.Meter meter,
            InstantSource clock) {
        new Address(settings.host(), settings.port()).mustBeFree();
        var running = new Running(bounds.chats());
        var endings = new Endings(meter);
        var words = new NativeErrors(clock);
        var doors = new Doors(new Errors(words, running), new Errors(new OpenAiErrors(words), running));
        var origins = new Origins(settings.corsOrigins());
        var gate = new Gate(origins, settings.accessTokens());
        var body = new Body(settings.maxBodyBytes());
        var budget = bounds.budget(settings.maxBodyBytes());
        var lines = new Lines(bounds.patience(settings.maxBodyBytes()), budget, bounds.connections());

        var doing = new SocketChats.Doing(useCases.chats(), running, doors.own(), endings);
        var sockets = new ChatSockets(doing, settings.maxBodyBytes(), bounds.chatsPerSocket());
        var socketDoor = new SocketDoor(gate, new Handshake(running), sockets, doing);

        var lookout = new Lookout(useCases.status(), meter, running);
        var routing = HttpRouting.builder()
                .addFilter(new Envelope(gate, origins, running, doors, endings))
                .register(new ChatRoutes(useCases.chats(), body, doors.own()))
                .register(new CompletionRoutes(useCases.chats(), body, doors.openAi(), clock))
                .register(new ModelRoutes(useCases.models(), doors.openAi()))
                .register(socketDoor)
                .register(new MetricsRoutes(meter, doors.own()))
                .register(new DescriptionRoutes(doors.own()))
                .register(new RefreshRoutes(new ModelRefresher(useCases.models()), body, doors.own()))
                .register(new ReloadRoutes(useCases.reload(), body, doors.own()))
                .register(new StatusRoutes(useCases.status(), settings.product(), running, doors.own()))
                .register(new ConsoleRoutes(doors.own()))
                .register(new EventRoutes(lookout, running, gate, bounds.quiet(), doors.own()));
        Routes.end(routing, doors);

        WebServer server = listener(settings, bounds)
                .directHandlers(new DirectAnswers(endings).handlers())
                .addConnectionSelector(lines.over(http(socketDoor)))
                .routing(routing)
                .build()
                .start();
        if (!server.isRunning()) {
            // Somebody was faster, a moment ago.
            lines.close();
            throw new HttpGateway.CannotListenException("another program has it");
        }
        var listening = Listening.at(new Address(settings.host(), server.port()));
        return new Assembly(server, listening, lines, running, gate);
    }

    private static Http1ConnectionSelector http(Http1Upgrader upgrader) {
        return Http1ConnectionSelector.builder()
                .addUpgrader(upgrader)
                .config(Http1Config.builder()
                        .addReceiveListener(new HeadListener())
                        .sendKeepAliveHeader(false)
                        .maxPrologueLength(DirectAnswers.LONGEST_LINE)
                        .maxHeadersSize(DirectAnswers.MOST_HEADER_BYTES)
                        .build())
                .build();
    }

    /// Speaks nothing but what it is given: Helidon would find further protocols by itself.
    private static WebServerConfig.Builder listener(HttpGateway.Settings settings, Bounds bounds) {
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
                .maxTcpConnections(Lines.mostSockets(bounds.connections()))
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
