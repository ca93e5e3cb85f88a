package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One WebSocket and the chats that are under way on it. Safe for use by several threads.
final class ChatSocket implements WebSocket.Listener {

    private final Map<String, SocketChat> chats = new ConcurrentHashMap<>();
    private final StringBuilder message = new StringBuilder();
    private @Nullable WebSocket socket;
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();

    private ChatSocket() {}

    /// A socket that cannot be opened is one that the gateway has closed.
    ///
    /// @param authorization as the header says it
    /// @param patience until it is open
    static ChatSocket open(HttpClient client, URI address, String authorization, Duration patience) {
        var opened = new ChatSocket();
        try {
            opened.socket = client.newWebSocketBuilder()
                    .header("Authorization", authorization)
                    .connectTimeout(patience)
                    .buildAsync(address, opened)
                    .join();
        } catch (CompletionException e) {
            opened.end(SocketChat.State.CLOSED, "not opened: " + e.getCause());
        }
        return opened;
    }

    boolean isClosed() {
        return end.get() != null;
    }

    SocketChat ask(String id, String question, Duration patience) throws InterruptedException {
        var chat = new SocketChat();
        chats.put(id, chat);
        send(question);
        tell(chat);
        chat.await(patience);
        return chat;
    }

    SocketChat askAndCancel(String id, String question, Duration patience, Duration deadline)
            throws InterruptedException {
        SocketChat chat = ask(id, question, patience);
        if (chat.state() == SocketChat.State.OPEN) {
            send("{\"type\":\"cancel\",\"id\":\"" + id + "\"}");
            chat.await(deadline);
        }
        return chat;
    }

    /// Without a closing frame.
    void cut() {
        end(SocketChat.State.CUT, "");
        if (socket != null) {
            socket.abort();
        }
    }

    /// One at a time: the JDK's socket takes no second message before the first is on its way.
    private synchronized void send(String text) {
        if (socket == null || isClosed()) {
            return;
        }
        try {
            socket.sendText(text, true).join();
        } catch (CompletionException e) {
            end(SocketChat.State.CLOSED, "not sent: " + e.getCause());
            socket.abort();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            take(Json.read(message.toString()));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void take(JsonNode said) {
        String id = said.path("id").asText();
        SocketChat chat = chats.get(id);
        if (chat != null && chat.take(said)) {
            chats.remove(id);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        end(SocketChat.State.CLOSED, status + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end(SocketChat.State.CLOSED, error.toString());
    }

    /// The first end counts: whatever comes after it comes of it.
    private void end(SocketChat.State how, String why) {
        end.compareAndSet(null, new End(how, why));
        chats.values().forEach(this::tell);
    }

    private void tell(SocketChat chat) {
        End all = end.get();
        if (all != null) {
            chat.end(all.how(), all.why());
        }
    }

    /// Why there are no more chats.
    private record End(SocketChat.State how, String why) {}
}
