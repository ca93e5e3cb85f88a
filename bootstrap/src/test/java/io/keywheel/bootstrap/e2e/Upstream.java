package io.keywheel.bootstrap.e2e;

import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A provider that answers chats, byte for byte, with what a test tells it to, one on each connection.
final class Upstream implements AutoCloseable {

    /// Answers a chat in whatever way. What it throws closes the connection.
    @FunctionalInterface
    interface Script {
        void answer(String request, OutputStream out) throws IOException;
    }

    private final AtomicInteger left = new AtomicInteger();
    private volatile Script script = (_, _) -> {};
    private volatile int listStatus = 200;
    private volatile String list = "[]";
    private final WireServer server = WireServer.start(this::serve);

    String baseUrl() {
        return server.baseUrl();
    }

    /// @param head without the length, which follows from the body
    void answersWith(String head, String body) {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        byte[] start = (head.strip().replace("\n", "\r\n") + "\r\nContent-Length: " + text.length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        answersWith((_, out) -> {
            out.write(start);
            out.write(text);
        });
    }

    void answersWith(Script next) {
        script = next;
    }

    /// Answers requests for the list of models so from now on.
    void listsModelsWith(int status, String body) {
        listStatus = status;
        list = body;
    }

    /// The heads of all chats so far.
    List<String> heads() {
        return server.exchanges().stream()
                .filter(Upstream::isChat)
                .map(WireExchange::head)
                .toList();
    }

    /// Of how many chats the gateway has ended its side, which a provider hears also while it is stuck writing.
    int left() {
        return left.get();
    }

    private static boolean isChat(WireExchange exchange) {
        return exchange.head().startsWith("POST");
    }

    private void serve(WireExchange exchange) throws IOException {
        if (isChat(exchange)) {
            Thread.ofVirtual().start(() -> countTheEnd(exchange));
            script.answer(exchange.body(), exchange.socket().getOutputStream());
        } else {
            exchange.json(listStatus, list);
        }
        exchange.close();
    }

    private void countTheEnd(WireExchange exchange) {
        try {
            while (exchange.in().read() >= 0) {}
            left.incrementAndGet();
        } catch (IOException _) {
            left.incrementAndGet(); // a reset is an end
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
