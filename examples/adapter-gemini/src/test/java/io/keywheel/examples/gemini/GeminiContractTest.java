package io.keywheel.examples.gemini;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.adapters.llm.sdk.Refusal;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.Calls;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiContractTest extends LlmPortContract {

    private static final ProviderId GEMINI = new ProviderId("gemini");

    @Override
    public LlmProvider provider() {
        return new Gemini();
    }

    @Override
    public Wire wire() {
        return new GeminiWire();
    }

    @Test
    void error_code_in_a_200_answer_selects_the_failure() {
        var body = Format.json(
                "{\"error\":{\"code\":429,\"message\":\"no more\",\"details\":[" + "{\"retryDelay\":\"7s\"}]}}");

        var failure = new Gemini().refusal(new Refusal(200, "no more", null, Headers.NONE, body));

        assertEquals(new Failure.RateLimited("no more", Duration.ofSeconds(7), RateLimitStatus.UNKNOWN), failure);
    }

    @ParameterizedTest
    @CsvSource({"',\"cachedContentTokenCount\":3', 3", "'',"})
    void cached_tokens_are_read_if_present(String more, @Nullable Long cached) {
        var answer =
                Format.json("{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":5"
                        + more + "}}");

        var usage = new Gemini().decoder().next(answer).orElseThrow().usage();

        assertEquals(cached, Objects.requireNonNull(usage).cachedTokens());
    }

    @Test
    void chunk_without_a_candidate_adds_only_its_usage() {
        var usage = Format.json("{\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":2}}");

        Chunk chunk = new Gemini().decoder().next(usage).orElseThrow();

        assertEquals(new TokenUsage(5, 2, 7), chunk.usage());
        assertFalse(chunk.carriesContent());
    }

    @Test
    void data_url_image_is_sent_inline_and_a_remote_image_is_rejected() {
        assertEquals(
                "[{\"text\":\"What is it?\"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBO\"}}]",
                parts(asked("data:image/png;base64,iVBO")).toString());
        assertThrows(IllegalArgumentException.class, () -> parts(asked("https://example.org/a.png")));
    }

    @Test
    void thought_signature_of_a_tool_call_is_sent_back() {
        String part = "{\"functionCall\":{\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"c2ln\"}";
        ToolCallPart made = new Gemini()
                .decoder()
                .next(Format.json("{\"candidates\":[{\"content\":{\"parts\":[" + part + "]}}]}"))
                .orElseThrow()
                .pieces()
                .getFirst()
                .delta()
                .toolCalls()
                .getFirst();
        var call = new ToolCall("call_0", "f", made.arguments(), made.extras());

        JsonNode sent = parts(new Message(Role.ASSISTANT, List.of(), List.of(call), null, Extras.NONE));

        assertEquals("c2ln", sent.path(0).path("thoughtSignature").textValue());
    }

    private static Message asked(String url) {
        return new Message(
                Role.USER,
                List.of(new Part.Text("What is it?"), new Part.Image(url, null)),
                List.of(),
                null,
                Extras.NONE);
    }

    private static JsonNode parts(Message message) {
        var call = Calls.call(GEMINI, Conversation.of(message), Sampling.DEFAULT, Extras.NONE);
        return GeminiRequest.of(call).path("contents").path(0).path("parts");
    }
}
