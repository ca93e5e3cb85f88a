package io.keywheel.adapters.http;

import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.keywheel.application.port.in.ChatUseCase;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The WebSockets that are open.
final class ChatSockets {

    private final Set<ChatSocket> open = ConcurrentHashMap.newKeySet();
    private final ChatUseCase chats;
    private final Running running;
    private final Errors errors;
    private final int maxMessageBytes;
    private final int chatsPerSocket;

    ChatSockets(ChatUseCase chats, Running running, Errors errors, int maxMessageBytes, int chatsPerSocket) {
        this.chats = chats;
        this.running = running;
        this.errors = errors;
        this.maxMessageBytes = maxMessageBytes;
        this.chatsPerSocket = chatsPerSocket;
        running.onDrain(
                () -> open.stream().<Runnable>map(socket -> socket::drain).toList());
    }

    /// @param id of the request that opened it
    ServerConnection open(ConnectionContext context, String id) {
        var sender = new FrameSender(context.dataWriter());
        var chatting = new SocketChats(id, sender, chatsPerSocket, new SocketChats.Doing(chats, running, errors));
        var socket = new ChatSocket(context, sender, chatting, maxMessageBytes, open);
        open.add(socket);
        if (running.isDraining()) {
            socket.drain();
        }
        return socket;
    }
}
