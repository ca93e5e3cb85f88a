package io.keywheel.adapters.http.websocket;

import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.server.RequestContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// The WebSockets that are open.
public final class OpenWebSockets {

    private final Set<WebSocketConnection> open = ConcurrentHashMap.newKeySet();
    private final WebSocketChats.Services services;
    private final int maxMessageBytes;
    private final int chatsPerSocket;

    public OpenWebSockets(WebSocketChats.Services services, int maxMessageBytes, int chatsPerSocket) {
        this.services = services;
        this.maxMessageBytes = maxMessageBytes;
        this.chatsPerSocket = chatsPerSocket;
        services.activeChats()
                .onDrain(() ->
                        open.stream().<Runnable>map(socket -> socket::drain).toList());
    }

    /// @param opening the request that opened it
    /// @param admitted whether its token still lets it in
    ServerConnection open(ConnectionContext context, RequestContext opening, BooleanSupplier admitted) {
        var sender = new FrameSender(context.dataWriter(), ClientConnection.of(context));
        var chatting = new WebSocketChats(opening.id(), sender, chatsPerSocket, services);
        var socket = new WebSocketConnection(context, opening, sender, chatting, admitted, maxMessageBytes, open);
        open.add(socket);
        if (services.activeChats().isDraining()) {
            socket.drain();
        }
        return socket;
    }
}
