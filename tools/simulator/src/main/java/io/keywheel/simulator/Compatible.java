package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Quotas.Gauge;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Step.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A lenient server that follows OpenAI's reference, as local model servers do: no rate-limit headers, any model.
/// Reasoning, which the reference does not know, is sent as DeepSeek and vLLM do.
final class Compatible extends Dialect {

    private static final String THINKING_MODEL = "thinking-model";
    private static final String INVALID = "invalid_request_error";

    Compatible() {
        super(
                "compatible",
                List.of(
                        Model.chatting("small-model", "simulator", 8_192, 4_096, false),
                        Model.chatting(THINKING_MODEL, "simulator", 8_192, 4_096, true)));
    }

    @Override
    Optional<ProviderError> unserved(String model) {
        return Optional.empty();
    }

    @Override
    Optional<ProviderError> refusal(Chat chat) {
        if (chat.messages().isEmpty()) {
            return Optional.of(error(400, INVALID, "messages", null, "messages must not be empty"));
        }
        return chat.choices() < 1 || chat.choices() > MOST_CHOICES
                ? Optional.of(error(400, INVALID, "n", null, "n must be from 1 to " + MOST_CHOICES))
                : Optional.empty();
    }

    @Override
    boolean reasons(Chat chat) {
        return chat.model().equals(THINKING_MODEL);
    }

    @Override
    Map<String, String> headers(Stamp stamp) {
        return Map.of("x-request-id", "req_" + stamp.id());
    }

    @Override
    Map<String, String> gauges(List<Gauge> gauges) {
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
        if (!chat.logprobs()) {
            return;
        }
        if (tokens.isEmpty() && choice.has("delta")) {
            choice.putNull("logprobs");
        } else {
            choice.set("logprobs", Logprobs.of(tokens, chat.topLogprobs()));
        }
    }

    @Override
    String callId(Stamp stamp, int index) {
        return "call_" + stamp.id() + (index == 0 ? "" : "_" + index);
    }

    @Override
    void end(ObjectNode root, Answers answers, Stamp stamp) {
        root.set("usage", usage(answers));
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
    JsonNode error(ProviderError error) {
        var root = Json.object();
        root.putObject("error")
                .put("message", error.message())
                .put("type", error.type())
                .put("param", error.param())
                .put("code", error.code());
        return root;
    }

    @Override
    Part errorEvent(ProviderError error) {
        return Events.data(error(error), false);
    }

    @Override
    ProviderError rateLimited(Refused refused, String model, String organisation) {
        return error(429, "requests", null, "rate_limit_exceeded", "Rate limit reached.");
    }

    @Override
    ProviderError wrongKey() {
        return error(401, INVALID, null, "invalid_api_key", "Incorrect API key provided.");
    }

    @Override
    ProviderError contextExceeded(int current, int limit) {
        return error(400, INVALID, "messages", "context_length_exceeded", "The messages exceed the context length.");
    }

    @Override
    ProviderError unsupported(String property) {
        return error(400, INVALID, property, "unknown_parameter", "Unknown parameter: '" + property + "'.");
    }

    @Override
    ProviderError unknownPath(String method, String path) {
        return error(404, INVALID, null, "unknown_url", "Unknown request URL: " + method + " " + path + ".");
    }
}
