package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.contract.Calls;
import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiProtocolTest {

    private static final KeySlot FIRST = new KeySlot(TestCalls.GROQ, 1);
    private static final String URL = "http://127.0.0.1:1";

    @Test
    void all_keys_and_models_share_one_connection() {
        var targets =
                List.of(TestCalls.target(1), TestCalls.target(2), TestCalls.named(1, "x"), TestCalls.named(2, "x"));
        try (var server = WireServer.start(exchange -> exchange.json(200, RecordedAnswers.GROQ_ANSWER));
                LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()))) {
            targets.forEach(target -> assertInstanceOf(LlmReply.Answered.class, port.complete(Calls.hello(target))));

            assertEquals(1, server.connections());
        }
    }

    @Test
    void request_has_user_agent_and_accept_headers() {
        try (var server = WireServer.start(exchange -> exchange.json(200, RecordedAnswers.GROQ_ANSWER));
                LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()))) {
            port.complete(TestCalls.hello());
            port.stream(TestCalls.hello(), chunk -> {});

            var exchange = server.exchanges().getFirst();
            assertTrue(exchange.head().startsWith("POST /chat/completions HTTP/1.1\r\n"));
            assertEquals("Keywheel/0.1.0", line(exchange, "User-Agent: "));
            assertEquals("application/json", line(exchange, "Accept: "));
            assertEquals("application/json", line(exchange, "Content-Type: "));
            assertEquals("text/event-stream", line(server.exchanges().getLast(), "Accept: "));
        }
    }

    @Test
    void answer_over_8_mib_is_unavailable() {
        String answer = RecordedAnswers.GROQ_ANSWER + " ".repeat(8 << 20);
        try (var server = WireServer.start(exchange -> exchange.json(200, answer));
                LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()))) {
            var failed = assertInstanceOf(LlmReply.Failed.class, port.complete(TestCalls.hello()));

            assertEquals(Kind.UNAVAILABLE, failed.failure().kind());
            assertTrue(failed.failure().message().contains("8 MiB"), failed::toString);
        }
    }

    static Stream<Arguments> unusableSettings() {
        var badKey = Calls.settings(TestCalls.GROQ, URL, "canary\n");
        var pigeon = Calls.settings(
                TestCalls.GROQ, URL, Calls.LONG_TIMEOUTS, Map.of("transport", "pigeon"), TestCalls.CANARY);
        return Stream.of(
                arguments(badKey, "key 1 of groq has characters that no key can have"),
                arguments(pigeon, "there is no transport 'pigeon': it is jdk or helidon"));
    }

    @ParameterizedTest
    @MethodSource("unusableSettings")
    void unusable_key_or_transport_is_refused(ProviderSettings settings, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> Dialect.OPENAI.open(settings));
        assertEquals(message, e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1", "127.0.0.1:80", "http:///v1", "v1"})
    void invalid_base_url_is_refused(String url) {
        assertThrows(IllegalArgumentException.class, () -> Dialect.OPENAI.open(TestCalls.settings(url)));
    }

    @Test
    void model_list_skips_inactive_and_invalid_ids() {
        String rows = "[{\"id\":\"a\",\"object\":\"model\",\"created\":0,\"owned_by\":\"Cerebras\"},{\"id\":\"b c\"},"
                + "{\"id\":\"gone\",\"active\":false},{\"id\":\"groq/b\",\"active\":true,\"context_window\":131072},{}]";
        var listed = new ModelsReply.Listed(List.of(new ModelId("a"), new ModelId("groq/b")));
        assertEquals(listed, models("{\"object\":\"list\",\"data\":" + rows + "}"));
        assertEquals(listed, models(rows));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{}", "{\"data\":{}}"})
    void malformed_model_list_is_unavailable(String body) {
        var failed = assertInstanceOf(ModelsReply.Failed.class, models(body));

        assertEquals(Kind.UNAVAILABLE, failed.failure().kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":%s}", "[{\"error\":%s}]", "%s"})
    void error_instead_of_a_model_list_is_classified(String body) {
        var failed = models(body.formatted("{\"message\":\"wrong\",\"code\":\"invalid_api_key\"}"));

        assertEquals(new ModelsReply.Failed(new Failure.KeyRefused("wrong")), failed);
    }

    @Test
    void key_in_answer_metadata_is_masked() {
        String answer =
                "{\"model\":\"%s\",\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}".formatted(TestCalls.CANARY);
        try (var server = WireServer.start(exchange -> exchange.json(200, answer));
                LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()))) {
            var answered = assertInstanceOf(LlmReply.Answered.class, port.complete(TestCalls.hello()));

            assertFalse(answered.toString().contains(TestCalls.CANARY), answered::toString);
        }
    }

    @Test
    void key_in_stream_metadata_is_masked() {
        String chunk = "{\"model\":\"%s\",\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"%1$s\"}]}"
                .formatted(TestCalls.CANARY);
        var said = new ArrayList<Chunk>();
        try (var server = WireServer.start(exchange -> exchange.stream(chunk, "[DONE]"));
                LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()))) {
            port.stream(TestCalls.hello(), said::add);
        }
        assertEquals("Hi", said.getFirst().text());
        assertFalse(said.toString().contains(TestCalls.CANARY), said::toString);
    }

    @Test
    void model_list_over_4_mib_is_refused() {
        var failed = assertInstanceOf(ModelsReply.Failed.class, models("[\"" + "x".repeat(5 << 20) + "\"]"));
        assertTrue(failed.failure().message().contains("4 MiB"));
    }

    private static ModelsReply models(String body) {
        try (var server = WireServer.start(exchange -> exchange.json(200, body));
                LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()))) {
            return port.models(FIRST, Duration.ofSeconds(20));
        }
    }

    private static String line(WireExchange exchange, String start) {
        return exchange.head()
                .lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElse("");
    }
}
