package io.keywheel.adapters.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.keywheel.adapters.http.line.Lines;
import java.time.Duration;
import java.time.InstantSource;

/// Puts the server together.
record Assembly(WebServer server, Lines lines, Running running) {

    static Assembly start(
            HttpGateway.Settings settings, Bounds bounds, HttpGateway.UseCases useCases, InstantSource clock) {
        var running = new Running(bounds.chats());
        var words = new NativeErrors(clock);
        var errors = new Errors(words, running);
        var gate = new Gate(settings.accessTokens());
        var origins = new Origins(settings.corsOrigins());
        var body = new Body(settings.maxBodyBytes());
        var lines = new Lines(bounds.patience(settings.maxBodyBytes()));

        var sockets =
                new ChatSockets(useCases.chats(), running, errors, settings.maxBodyBytes(), bounds.chatsPerSocket());
        var socketDoor = new SocketDoor(gate, new Handshake(origins, running), sockets, errors);

        var routing = HttpRouting.builder()
                .addFilter(new Envelope(gate, origins, running, errors))
                .register(new ChatRoutes(useCases.chats(), body, errors))
                .register(socketDoor)
                .register(new StatusRoutes(useCases.status(), settings.product(), running, errors));
        new Routes(routing, errors).end();

        var http = Http1ConnectionSelector.builder()
                .addUpgrader(socketDoor)
                .config(Http1Config.builder()
                        .addReceiveListener(new HeadListener())
                        .sendKeepAliveHeader(false)
                        .build())
                .build();
        WebServer server = WebServer.builder()
                .host(settings.host())
                .port(settings.port())
                // Only HTTP/1.1, only over our lines.
                .protocolsDiscoverServices(false)
                .addConnectionSelector(lines.over(http))
                .featuresDiscoverServices(false)
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                .maxTcpConnections(bounds.connections())
                .directHandlers(DirectAnswers.handlers())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(200))
                .routing(routing)
                .build()
                .start();
        if (!server.isRunning()) {
            // Helidon logs why, and returns as if nothing had happened.
            lines.close();
            throw new IllegalStateException("cannot listen on " + settings.host() + ":" + settings.port());
        }
        return new Assembly(server, lines, running);
    }

    void stop() {
        server.stop();
        lines.close();
    }
}
