package io.keywheel.adapters.http.websocket;

import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.keywheel.adapters.http.connection.ClientConnections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// The WebSockets that are open.
public final class OpenWebSockets {

    private final Set<WebSocketConnection> open = ConcurrentHashMap.newKeySet();
    private final WebSocketChats.Doing doing;
    private final int maxMessageBytes;
    private final int chatsPerSocket;

    public OpenWebSockets(WebSocketChats.Doing doing, int maxMessageBytes, int chatsPerSocket) {
        this.doing = doing;
        this.maxMessageBytes = maxMessageBytes;
        this.chatsPerSocket = chatsPerSocket;
        doing.running()
                .onDrain(() ->
                        open.stream().<Runnable>map(socket -> socket::drain).toList());
    }

    /// @param id of the request that opened it
    /// @param admitted whether its token still lets it in
    ServerConnection open(ConnectionContext context, String id, BooleanSupplier admitted) {
        var sender = new FrameSender(context.dataWriter(), ClientConnections.of(context));
        var chatting = new WebSocketChats(id, sender, chatsPerSocket, doing);
        var socket = new WebSocketConnection(context, sender, chatting, admitted, maxMessageBytes, open);
        open.add(socket);
        if (doing.running().isDraining()) {
            socket.drain();
        }
        return socket;
    }
}
