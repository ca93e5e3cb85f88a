package io.keywheel.bootstrap.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client's WebSocket; what it hears waits to be asked for.
final class ChatSocket implements WebSocket.Listener, AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder message = new StringBuilder();
    private final CompletableFuture<WebSocket> socket;

    private ChatSocket(HttpClient client, URI gateway, String... header) {
        URI uri = URI.create("ws" + gateway.resolve("/api/chat/ws").toString().substring("http".length()));
        var builder = client.newWebSocketBuilder();
        if (header.length > 0) {
            builder.header(header[0], header[1]);
        }
        socket = builder.buildAsync(uri, this);
    }

    /// Is being opened when this returns; whoever uses it waits.
    ///
    /// @param gateway its root, as `http://127.0.0.1:8080`
    /// @param header none, or the name and value of one
    static ChatSocket open(HttpClient client, URI gateway, String... header) {
        return new ChatSocket(client, gateway, header);
    }

    /// Is open when this returns.
    ChatSocket opened() {
        socket.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        return this;
    }

    /// @param question without anything that JSON would escape
    void ask(String id, String question) {
        send("{\"id\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}".formatted(id, question));
    }

    void cancel(String id) {
        send("{\"type\": \"cancel\", \"id\": \"%s\"}".formatted(id));
    }

    void send(String said) {
        socket.join().sendText(said, true).join();
    }

    JsonNode next() throws InterruptedException {
        JsonNode next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was heard");
        }
        Described.check(next);
        return next;
    }

    /// The next message that is not a piece of an answer.
    JsonNode last() throws InterruptedException {
        JsonNode next = next();
        while (next.path("type").asText().equals("chunk")) {
            next = next();
        }
        return next;
    }

    int closeCode() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /// Leaves without a word.
    @Override
    public void close() {
        var _ = socket.thenAccept(WebSocket::abort);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            heard.add(World.json(message.toString()));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }
}
