package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.contract.Calls;
import io.keywheel.contract.WireExchange;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiProtocolTest {

    @AutoClose
    private static final ScriptedProvider PROVIDER = new ScriptedProvider();

    private static final KeySlot FIRST = new KeySlot(TestCalls.GROQ, 1);
    private static final String URL = "http://127.0.0.1:1";

    private final OpenAiProtocol protocol =
            new OpenAiProtocol(TestCalls.settings(URL), Dialect.OPENAI, new SecretRedactor(List.of()));

    @Test
    void default_model_instance_is_cached_per_key() {
        assertSame(protocol.instance(TestCalls.target(1)), protocol.instance(TestCalls.target(1)));
        assertNotSame(protocol.instance(TestCalls.target(1)), protocol.instance(TestCalls.target(2)));
    }

    @Test
    void named_model_gets_a_new_instance_per_request() {
        assertNotSame(protocol.instance(TestCalls.named(1, "m")), protocol.instance(TestCalls.named(1, "m")));
        assertNotSame(protocol.instance(TestCalls.target(1)), protocol.instance(TestCalls.named(1, "m")));
    }

    @Test
    void changed_default_model_gets_a_new_instance() {
        var old = protocol.instance(TestCalls.target(1));
        assertNotSame(old, protocol.instance(Calls.target(TestCalls.GROQ, 1, new ModelId("n"), true)));
    }

    @Test
    void concurrent_requests_create_one_instance() {
        long seen = IntStream.range(0, 1000)
                .parallel()
                .mapToObj(_ -> protocol.instance(TestCalls.target(1)))
                .distinct()
                .count();
        assertEquals(1, seen);
    }

    @Test
    void all_keys_and_models_share_one_connection() {
        var targets =
                List.of(TestCalls.target(1), TestCalls.target(2), TestCalls.named(1, "x"), TestCalls.named(2, "x"));
        int before = PROVIDER.server.connections();
        for (Target target : targets) {
            PROVIDER.ask(
                    exchange -> exchange.json(200, RecordedAnswers.GROQ_ANSWER),
                    port -> assertInstanceOf(LlmReply.Answered.class, port.complete(Calls.hello(target))));
        }

        assertTrue(PROVIDER.server.connections() - before <= 1);
    }

    @Test
    void request_has_user_agent_and_accept_headers() {
        WireExchange whole = received(port -> port.complete(TestCalls.hello()));
        WireExchange streamed = received(port -> port.stream(TestCalls.hello(), chunk -> {}));

        assertTrue(whole.head().startsWith("POST /chat/completions HTTP/1.1\r\n"));
        assertEquals("Keywheel/0.1.0", line(whole, "User-Agent: "));
        assertEquals("application/json", line(whole, "Accept: "));
        assertEquals("application/json", line(whole, "Content-Type: "));
        assertEquals("text/event-stream", line(streamed, "Accept: "));
    }

    private static WireExchange received(Function<LlmPort, LlmReply> call) {
        PROVIDER.ask(exchange -> exchange.json(200, RecordedAnswers.GROQ_ANSWER), call);
        return PROVIDER.server.exchanges().getLast();
    }

    @Test
    void answer_over_8_mib_is_unavailable() {
        Failure failure =
                PROVIDER.failure(exchange -> exchange.json(200, RecordedAnswers.GROQ_ANSWER + " ".repeat(8 << 20)));

        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertTrue(failure.message().contains("8 MiB"), failure::message);
    }

    static Stream<Arguments> unusableSettings() {
        var badKey = Calls.settings(TestCalls.GROQ, URL, "canary\n");
        var pigeon = Calls.settings(
                TestCalls.GROQ, URL, Calls.LONG_TIMEOUTS, Map.of("transport", "pigeon"), TestCalls.CANARY);
        var noPort = Calls.settings(
                TestCalls.GROQ, URL, Calls.LONG_TIMEOUTS, Map.of("proxy", "ann:secret@proxy"), TestCalls.CANARY);
        return Stream.of(
                arguments(noPort, "the address of the proxy has no port"),
                arguments(badKey, "key 1 of groq has characters that no key can have"),
                arguments(pigeon, "there is no transport 'pigeon': it is jdk or helidon"));
    }

    @ParameterizedTest
    @MethodSource("unusableSettings")
    void unusable_key_transport_or_proxy_is_refused(ProviderSettings settings, String message) {
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

    @Test
    void model_list_of_google_loses_its_prefix() {
        String rows = "[{\"id\":\"models/gemini-2.5-flash\",\"owned_by\":\"google\"},{\"id\":\"models/local\"}]";

        assertEquals(
                new ModelsReply.Listed(List.of(new ModelId("gemini-2.5-flash"), new ModelId("models/local"))),
                models(rows));
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
    void key_in_the_metadata_of_an_answer_or_a_stream_is_masked() {
        String answer =
                "{\"model\":\"%s\",\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}".formatted(TestCalls.CANARY);
        String chunk = answer.replace("message", "delta");
        var streamed = new ArrayList<Chunk>();
        LlmReply whole = PROVIDER.ask(exchange -> exchange.json(200, answer), port -> port.complete(TestCalls.hello()));
        PROVIDER.ask(
                exchange -> exchange.stream(chunk, "[DONE]"), port -> port.stream(TestCalls.hello(), streamed::add));

        assertInstanceOf(LlmReply.Answered.class, whole);
        assertEquals("Hi", streamed.getFirst().text());
        assertFalse((whole + "" + streamed).contains(TestCalls.CANARY), () -> whole + " and " + streamed);
    }

    @Test
    void model_list_over_4_mib_is_refused() {
        var failed = assertInstanceOf(ModelsReply.Failed.class, models("[\"" + "x".repeat(5 << 20) + "\"]"));
        assertTrue(failed.failure().message().contains("4 MiB"));
    }

    private static ModelsReply models(String body) {
        return PROVIDER.ask(exchange -> exchange.json(200, body), port -> port.models(FIRST, Calls.LONG));
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
