package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.answers.RandomAnswer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.client.RawClient;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.client.BudgetCheck;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.Reservation.LimitState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The native API, and stream behavior that it shares with OpenAI's API.
class ChatTest {

    private static final String STREAM = "/api/chat/stream";

    private static final Map<ClientLimit, LimitState> LIMITS = Map.of(
            ClientLimit.REQUESTS_PER_MINUTE, new LimitState(2, 1, Duration.ofMillis(58_001)),
            ClientLimit.TOKENS_PER_MINUTE, new LimitState(300, 250, Duration.ZERO));

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private static String bodyFor(String path) {
        String fields = "{\"stream\":true,\"max_tokens\":9,\"input\":\"a\",";
        return path.startsWith("/v1") ? fields + Samples.HELLO.substring(1) : Samples.HELLO;
    }

    private List<JsonNode> events() {
        return testServer.post(STREAM, Samples.HELLO).assertStatus(200).events();
    }

    @Test
    void response_has_content_usage_and_attempt_headers() {
        testServer.chats.play((_, _) -> Samples.answer("Hi", Samples.limited(Samples.GROQ, 1)));

        testServer
                .post("/api/chat", Samples.HELLO)
                .assertJson(200, """
                        {"content": "Hi", "provider": "cerebras", "model": "gpt-oss-120b", "finish_reason": "stop",
                         "tokens": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}""")
                .assertHeader("X-Keywheel-Provider", "cerebras")
                .assertHeader("X-Keywheel-Model", "gpt-oss-120b")
                .assertHeader("X-Keywheel-Key", "cerebras/1")
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited, cerebras/1:ok");
    }

    @Test
    void all_request_fields_reach_the_chat_command() {
        testServer.chats.answer("Hi");
        testServer.post("/api/chat", """
                {"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"},
                              {"role": "user", "content": "C"}],
                 "system_prompt": "S", "provider": "groq", "model": "m", "fallback": false,
                 "temperature": 0.5, "max_tokens": 10, "top_p": 1, "stop": ["x", "y"], "seed": -9223372036854775808}""").assertStatus(200);

        assertEquals(
                new ChatCommand(
                        Conversation.of(
                                Message.system("S"), Message.user("A"), Message.assistant("B"), Message.user("C")),
                        new Sampling(
                                new Decimal("0.5"), 10L, new Decimal("1"), List.of("x", "y"), Long.MIN_VALUE, null),
                        Extras.NONE,
                        new ModelSelector("groq", "m"),
                        false),
                testServer.chats.last());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"system_prompt\": \"\","})
    void defaults_are_any_model_with_fallback_and_no_system_prompt(String begin) {
        testServer.chats.answer("Hi");
        testServer.post("/api/chat", begin + Samples.HELLO.substring(1));

        assertEquals(ChatCommand.of(Conversation.of(Message.user("Hello"))), testServer.chats.last());
    }

    @Test
    void stream_ends_with_provider_model_and_usage() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hel", "lo\n\u2028\"!"));
        var response = testServer
                .post(STREAM, Samples.HELLO)
                .assertStatus(200)
                .assertHeader("Content-Type", "text/event-stream; charset=utf-8")
                .assertHeader("X-Keywheel-Key", "cerebras/1")
                .assertHeader("X-Keywheel-Attempts", "cerebras/1:ok");

        assertEquals(TestServer.json("""
                        [{"content": "Hel", "done": false}, {"content": "lo\\n\u2028\\"!", "done": false},
                         {"content": "", "done": true, "provider": "cerebras", "model": "gpt-oss-120b",
                          "finish_reason": "stop",
                          "tokens": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}]"""), TestServer.json(response.events().toString()));
        assertEquals(4, response.body().split("\n\n", -1).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {STREAM, OpenAi.COMPLETIONS, "/v1/messages", "/v1/responses"})
    void chunks_received_together_are_sent_in_one_http_chunk(String path) {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.servedBy());
            sink.accept(Chunk.text("one"), true);
            sink.accept(Chunk.text("two"), false);
            return Samples.stream(_ -> {});
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post(path, bodyFor(path))).readUntil("\r\n\r\n");
            String httpChunk = client.readUntil("\n\n\r\n");

            assertTrue(httpChunk.contains("\"one\"") && httpChunk.contains("\"two\""), httpChunk);
        }
    }

    @Test
    void streams_reasoning_apart_from_content_and_a_refusal_as_content() {
        var call = new Chunk.Delta("", "", List.of(new ToolCallPart(0, "id", "name", "{}")), Extras.NONE);
        testServer.chats.stream(
                FinishReason.STOP,
                Samples.USAGE,
                List.of(
                        Chunk.reasoning("hm"),
                        Chunk.of(call),
                        Chunk.text("ok"),
                        RandomAnswer.refusal("null"),
                        RandomAnswer.refusal("\"I cannot\"")));

        assertEquals("""
                [{"content":"","reasoning":"hm","done":false}, {"content":"ok","done":false}, \
                {"content":"I cannot","done":false}]""", events().subList(0, 3).toString());
    }

    @Test
    void refusal_is_returned_as_content_beside_the_reasoning() {
        var content = new Content("", "hm", List.of(), Extras.of("refusal", "\"I cannot\""));
        testServer.chats.answer(Completion.of(content, FinishReason.STOP, null));

        testServer.post("/api/chat", Samples.HELLO).assertJson(200, """
                {"content": "I cannot", "reasoning": "hm", "provider": "cerebras", "model": "gpt-oss-120b", "finish_reason": "stop",
                 "tokens": null}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {STREAM, OpenAi.COMPLETIONS, "/v1/responses"})
    void failure_before_the_first_content_returns_an_error_status(String path) {
        testServer.chats.fail(new UnknownModelException("gpt-oss", List.of("gpt-oss-20b")));

        testServer
                .post(path, bodyFor(path))
                .assertError(404, "model_not_found")
                .assertHeader("Content-Type", "application/json");
    }

    @Test
    void interrupted_stream_ends_with_an_error_event() {
        testServer.chats.breakOff("Hel", new StreamInterruptedException("the upstream closed", List.of()));

        assertEquals("""
                [{"content":"Hel","done":false}, \
                {"error":"the upstream closed","code":"interrupted","details":{},"done":true}]""", events().toString());
    }

    @Test
    void request_after_a_stream_is_answered_on_the_same_connection() {
        testServer.chats.answer("a");
        try (var client = testServer.raw()) {
            for (int i = 0; i < 2; i++) {
                client.send(RawClient.post(STREAM, Samples.HELLO));
                assertTrue(client.readUntil("\r\n0\r\n\r\n").startsWith("HTTP/1.1 200 OK"));
            }
        }
    }

    private static void assertLimits(Response response) {
        response.assertHeader("X-RateLimit-Limit-Requests", "2")
                .assertHeader("X-RateLimit-Remaining-Requests", "1")
                .assertHeader("X-RateLimit-Reset-Requests", "59")
                .assertHeader("X-RateLimit-Limit-Tokens", "300")
                .assertHeader("X-RateLimit-Remaining-Tokens", "250")
                .assertHeader("X-RateLimit-Reset-Tokens", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", STREAM, "/v1/messages", "/v1/responses"})
    void answers_and_refusals_have_the_state_of_the_clients_limits(String path) {
        String body = bodyFor(path);
        testServer.chats.play((command, sink) -> {
            command.usageSink().admitted(LIMITS);
            return Samples.stream(sink, "Hi");
        });
        assertLimits(testServer.post(path, body).assertStatus(200));
        testServer.chats.play((command, _) -> {
            command.usageSink().refused(LIMITS);
            var limited =
                    new BudgetCheck.Refused(ClientLimit.REQUESTS_PER_MINUTE, 2, 0, Duration.ofMillis(58_001), Map.of());
            throw ClientRefusedException.of("a", limited, 9);
        });
        var refused = testServer.post(path, body).assertStatus(429).assertHeader("Retry-After", "59");
        assertLimits(refused);
    }

    @Test
    void stream_that_breaks_off_after_a_tool_call_ends_with_an_error_event() {
        testServer.chats.play((_, sink) -> {
            Samples.begin(sink);
            throw new StreamInterruptedException("cut", List.of());
        });

        var events = testServer
                .post("/api/chat/stream", Samples.HELLO)
                .assertStatus(200)
                .events();
        assertEquals("interrupted", events.getLast().get("code").textValue());
    }
}
