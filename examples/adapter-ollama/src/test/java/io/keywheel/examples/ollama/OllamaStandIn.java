package io.keywheel.examples.ollama;

import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.io.IOException;
import java.util.List;

/// A server that speaks Ollama's wire over a real socket, with one model.
final class OllamaStandIn implements AutoCloseable {

    static final String MODEL = "llama-of-the-test";

    private final OllamaWords words = new OllamaWords();
    private final WireServer server = WireServer.start(this::serve);
    private volatile boolean busy;

    private void serve(WireExchange exchange) throws IOException {
        if (exchange.head().startsWith("GET /api/tags ")) {
            exchange.say(words.models(List.of(MODEL)).orElseThrow());
        } else if (busy) {
            exchange.say(words.failure(Kind.OVERLOADED, "server busy").orElseThrow());
        } else if (exchange.body().contains("\"stream\":true")) {
            exchange.openStream(words);
            for (String text : List.of("Hello ", "from ", "Ollama")) {
                exchange.chunk(words.piece(text));
            }
            exchange.chunk(words.end(FinishReason.STOP));
            exchange.endStream();
        } else {
            exchange.say(words.answer("Hello from Ollama", FinishReason.STOP));
        }
    }

    String baseUrl() {
        return server.baseUrl();
    }

    /// The bodies of the chats so far.
    List<String> chats() {
        return server.exchanges().stream()
                .filter(exchange -> exchange.head().startsWith("POST /api/chat "))
                .map(WireExchange::body)
                .toList();
    }

    /// Makes the server answer with an overload error.
    void getBusy() {
        busy = true;
    }

    @Override
    public void close() {
        server.close();
    }
}
