package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A WebSocket and its chats. Thread-safe.
final class ChatSocket implements WebSocket.Listener {

    /// The failure of chats whose client cut the connection.
    static final String CUT = "cut";

    static final class Chat {

        private final List<JsonNode> messages = new ArrayList<>();
        /// Completed with an empty text after the last message, else with the failure.
        private final CompletableFuture<String> end = new CompletableFuture<>();

        /// Waits up to `timeout`, and returns whether the chat has ended.
        boolean await(Duration timeout) throws InterruptedException {
            try {
                end.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            return true;
        }

        String failure() {
            return end.getNow("still open");
        }

        synchronized List<JsonNode> messages() {
            return List.copyOf(messages);
        }

        private synchronized void add(JsonNode message) {
            messages.add(message);
        }
    }

    private final Map<String, Chat> chats = new ConcurrentHashMap<>();
    private final StringBuilder message = new StringBuilder();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private @Nullable WebSocket socket;

    /// A socket that cannot be opened counts as closed by the gateway.
    static ChatSocket open(HttpClient client, URI address, String authorization, Duration timeout) {
        var opened = new ChatSocket();
        try {
            opened.socket = client.newWebSocketBuilder()
                    .header("Authorization", authorization)
                    .connectTimeout(timeout)
                    .buildAsync(address, opened)
                    .join();
        } catch (CompletionException e) {
            opened.end("not opened: " + e.getCause());
        }
        return opened;
    }

    boolean isClosed() {
        return end.isDone();
    }

    Chat ask(String id, String question) {
        var chat = new Chat();
        chats.put(id, chat);
        send(question);
        if (isClosed()) {
            chat.end.complete(end.join());
        }
        return chat;
    }

    /// Sends one message at a time: the JDK's WebSocket requires that the previous one is sent.
    synchronized void send(String text) {
        if (socket == null || isClosed()) {
            return;
        }
        try {
            socket.sendText(text, true).join();
        } catch (CompletionException e) {
            end("not sent: " + e.getCause());
        }
    }

    /// Ends the connection without a closing frame, with all its chats.
    void cut() {
        end(CUT);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            receive(Answer.json(message.toString()));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void receive(JsonNode received) {
        String id = received.path("id").asText();
        Chat chat = chats.get(id);
        if (chat != null) {
            chat.add(received);
            if (!received.path("type").asText().equals("chunk")) {
                chats.remove(id);
                chat.end.complete("");
            }
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        end("closed: " + status + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end(error.toString());
    }

    /// Records the first cause, and ends all chats with it.
    private void end(String why) {
        end.complete(why);
        chats.values().forEach(chat -> chat.end.complete(end.join()));
        if (socket != null) {
            socket.abort();
        }
    }
}
