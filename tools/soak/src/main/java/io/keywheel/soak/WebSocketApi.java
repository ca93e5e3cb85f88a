package io.keywheel.soak;

import io.keywheel.soak.gateway.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Asks over a few WebSockets, each with many chats at once. Safe for use by several threads.
final class WebSocketApi implements AutoCloseable {

    /// Enough that none of them comes near the 32 chats that one may have.
    private static final int SOCKETS = 64;

    private final HttpClient client;
    private final URI address;
    private final String authorization;
    private final AtomicReferenceArray<@Nullable ChatSocket> sockets = new AtomicReferenceArray<>(SOCKETS);

    WebSocketApi(Endpoint gateway) {
        HttpClient.Builder builder = HttpClient.newBuilder();
        client = gateway.trusting() == null
                ? builder.build()
                : builder.sslContext(gateway.trusting()).build();
        authorization = gateway.authorization();
        address = URI.create(
                "ws" + gateway.address().resolve("/api/chat/ws").toString().substring("http".length()));
    }

    /// Waits for the end of the answer.
    SocketChat ask(long number, String id, String message, Duration patience) throws InterruptedException {
        return socket(number).ask(id, message, patience);
    }

    /// Asks, waits no longer than `patience`, then takes the question back and waits for the end.
    SocketChat askAndCancel(long number, String id, String message, Duration patience, Duration deadline)
            throws InterruptedException {
        return socket(number).askAndCancel(id, message, patience, deadline);
    }

    /// Asks, and cuts the connection without a word after `patience`, with all the chats it has.
    SocketChat askAndCut(long number, String id, String message, Duration patience) throws InterruptedException {
        ChatSocket socket = socket(number);
        SocketChat chat = socket.ask(id, message, patience);
        socket.cut();
        return chat;
    }

    private ChatSocket socket(long number) {
        int place = (int) (number % SOCKETS);
        synchronized (this) {
            ChatSocket socket = sockets.get(place);
            if (socket == null || socket.isClosed()) {
                socket = ChatSocket.open(client, address, authorization, Client.DEADLINE);
                sockets.set(place, socket);
            }
            return socket;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
