package io.keywheel.examples.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Loads the example's jar in a real gateway with the settings of the page, as the third provider.
class InTheRotationTest {

    private static final String HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]%s}";

    private final OllamaStandIn ollama = new OllamaStandIn();
    private final Simulator simulator = Simulator.start(
            Scenario.withSeed(1).key(Provider.GROQ, "gsk_1", "a").key(Provider.CEREBRAS, "csk_1", "b"));
    private final Map<String, String> settings = new HashMap<>(Page.settings());

    InTheRotationTest(@TempDir Path adapters) throws IOException {
        Gateway.jar(adapters.resolve(Page.jar()));
        settings.put("KEYWHEEL_CONNECT_TIMEOUT", "60s");
        settings.put("KEYWHEEL_ADAPTERS", adapters.toString());
        settings.put("KEYWHEEL_PORT", "0");
        settings.put("GROQ_API_KEYS", "gsk_1");
        settings.put("GROQ_BASE_URL", simulator.baseUrl(Provider.GROQ).toString());
        settings.put("CEREBRAS_API_KEYS", "csk_1");
        settings.put("CEREBRAS_BASE_URL", simulator.baseUrl(Provider.CEREBRAS).toString());
        settings.put("OLLAMA_BASE_URL", ollama.baseUrl());
        settings.put("OLLAMA_DEFAULT_MODEL", OllamaStandIn.MODEL);
    }

    @AfterEach
    void close() {
        ollama.close();
        simulator.close();
    }

    @Test
    void check_prints_the_lines_quoted_on_the_page() throws IOException {
        String said = Gateway.check(settings);

        Page.checked().forEach(line -> assertTrue(said.contains(line), said));
        assertTrue(said.contains("ollama at " + ollama.baseUrl()), said);
    }

    @Test
    void adapter_joins_the_rotation_streams_and_receives_its_option() throws IOException {
        try (Gateway gateway = Gateway.serve(settings)) {
            var turns = new ArrayList<String>();
            for (int i = 0; i < 6; i++) {
                turns.add(gateway.post("/api/chat", HELLO.formatted("")).provider());
            }
            var stream = gateway.post("/api/chat/stream", HELLO.formatted(",\"provider\":\"ollama\""));
            String model = ",\"model\":\"ollama/" + OllamaStandIn.MODEL + "\"";
            var named = gateway.post("/api/chat", HELLO.formatted(model));

            assertEquals(List.of("groq", "cerebras", "ollama", "groq", "cerebras", "ollama"), turns);
            assertTrue(ollama.chats().getFirst().contains("\"keep_alive\":\"10m\""), ollama.chats()::toString);
            assertEquals("ollama", stream.provider());
            assertTrue(stream.body().contains("{\"content\":\"from \",\"done\":false}"), stream.body());
            assertTrue(stream.body().contains("\"total_tokens\":12"), stream.body());
            assertEquals("ollama", named.provider());
        }
    }

    /// A server that speaks Ollama's wire over a real socket, with one model.
    private static final class OllamaStandIn implements AutoCloseable {

        static final String MODEL = "llama-of-the-test";

        private final OllamaWire words = new OllamaWire();
        private final WireServer server = WireServer.start(this::serve);

        private void serve(WireExchange exchange) throws IOException {
            if (exchange.head().startsWith("GET /api/tags ")) {
                exchange.say(words.models(List.of(MODEL)).orElseThrow());
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

        @Override
        public void close() {
            server.close();
        }
    }
}
