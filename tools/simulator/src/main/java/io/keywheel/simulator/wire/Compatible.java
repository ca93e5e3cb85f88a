package io.keywheel.simulator.wire;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.quota.Quotas.Gauge;
import io.keywheel.simulator.quota.Quotas.Refused;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A lenient server according to OpenAI's reference, like local model servers: no rate-limit headers, any
/// model. Reasoning, which the reference lacks, has the format of DeepSeek and vLLM.
public final class Compatible extends Dialect {

    /// Has more digits than a double, to detect clients that parse it as one.
    private static final BigDecimal LIKELY = new BigDecimal("-0.01005033585350144118");

    private static final String THINKING_MODEL = "thinking-model";

    /// Lists two models, and serves any.
    public Compatible() {
        super(
                "compatible",
                List.of(
                        new Model("small-model", "simulator", 8_192, 4_096, false),
                        new Model(THINKING_MODEL, "simulator", 8_192, 4_096, true)),
                Set.of(),
                """
                KEY 401 invalid_request_error - invalid_api_key Incorrect API key provided.
                LENGTH 400 invalid_request_error messages context_length_exceeded \
                The messages exceed the context length.
                PROPERTY 400 invalid_request_error %s unknown_parameter Unknown parameter: '%s'.
                VALUE 400 invalid_request_error %2$s - %1$s
                PATH 404 invalid_request_error - unknown_url Unknown request URL: %s %s.
                METHOD 405 invalid_request_error - method_not_allowed Method Not Allowed
                MODEL 404 invalid_request_error model model_not_found \
                The model `%s` does not exist or you do not have access to it.
                """);
    }

    @Override
    Optional<ProviderError> unserved(String model) {
        return Optional.empty();
    }

    @Override
    Optional<String> violation(Chat chat) {
        var broken = new LinkedHashMap<String, Boolean>();
        broken.put("messages must not be empty", chat.messages().isEmpty());
        broken.put("n must be from 1 to " + MOST_CHOICES, chat.choices() < 1 || chat.choices() > MOST_CHOICES);
        return first(broken);
    }

    @Override
    boolean reasons(Chat chat) {
        return chat.model().equals(THINKING_MODEL);
    }

    @Override
    public Map<String, String> headers(Stamp stamp) {
        return Map.of("x-request-id", "req_" + stamp.id());
    }

    @Override
    public Map<String, String> gauges(List<Gauge> gauges) {
        return Map.of();
    }

    @Override
    String reasoningField() {
        return "reasoning_content";
    }

    @Override
    void content(ObjectNode message, Answer answer) {
        message.put("content", answer.calls().isEmpty() ? String.join("", answer.text()) : null);
    }

    @Override
    void decorate(ObjectNode choice, Chat chat, List<String> tokens) {
        if (chat.logprobs()) {
            boolean none = tokens.isEmpty() && choice.has("delta");
            choice.set("logprobs", none ? NullNode.getInstance() : logprobs(tokens, chat.topLogprobs()));
        }
    }

    /// Assigns the same probability to each token.
    ///
    /// @param alternatives the number requested for each token; the only alternative is the token itself
    private static ObjectNode logprobs(List<String> tokens, int alternatives) {
        var logprobs = Json.object();
        var content = logprobs.putArray("content");
        for (var token : tokens) {
            var entry = logprob(token);
            var others = entry.putArray("top_logprobs");
            if (alternatives > 0) {
                others.add(logprob(token));
            }
            content.add(entry);
        }
        return logprobs.putNull("refusal");
    }

    private static ObjectNode logprob(String token) {
        var entry = Json.object().put("token", token).put("logprob", LIKELY);
        var bytes = entry.putArray("bytes");
        for (byte each : token.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(Byte.toUnsignedInt(each));
        }
        return entry;
    }

    @Override
    String callId(Stamp stamp, int index) {
        return "call_" + stamp.id() + (index == 0 ? "" : "_" + index);
    }

    @Override
    List<Chunk> lastChunks(Chat chat, List<Chunk> chunks, Answers answers, Stamp stamp) {
        if (!chat.includeUsage()) {
            return List.of();
        }
        chunks.forEach(chunk -> chunk.json().putNull("usage"));
        return List.of(usageChunk(chat, answers, stamp));
    }

    @Override
    public ProviderError rateLimited(Refused refused, String model, String organisation) {
        return ProviderError.row("429 requests - rate_limit_exceeded", "Rate limit reached.");
    }
}
