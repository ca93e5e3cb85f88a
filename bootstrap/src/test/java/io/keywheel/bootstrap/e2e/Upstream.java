package io.keywheel.bootstrap.e2e;

import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A provider that answers chats with the exact bytes of a test, one chat per connection.
final class Upstream implements AutoCloseable {

    /// Answers a chat. An exception closes the connection.
    @FunctionalInterface
    interface Script {
        void answer(String request, OutputStream out) throws IOException;
    }

    private volatile Script script = (_, _) -> {};
    private volatile int listStatus = 200;
    private volatile String list = "[]";
    private final WireServer server = WireServer.start(this::serve);

    String baseUrl() {
        return server.baseUrl();
    }

    /// @param head without the length, which follows from the body
    void answersWith(String head, String body) {
        answersWith((_, out) -> out.write(answer(head, body)));
    }

    /// @param head without the length, which follows from the body
    static byte[] answer(String head, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return (head.strip().replace("\n", "\r\n") + "\r\nContent-Length: " + length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    void answersWith(Script next) {
        script = next;
    }

    /// Sets the answer to model list requests.
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

    private static boolean isChat(WireExchange exchange) {
        return exchange.head().startsWith("POST");
    }

    private void serve(WireExchange exchange) throws IOException {
        if (isChat(exchange)) {
            script.answer(exchange.body(), exchange.socket().getOutputStream());
        } else {
            exchange.json(listStatus, list);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.close();
    }
}
