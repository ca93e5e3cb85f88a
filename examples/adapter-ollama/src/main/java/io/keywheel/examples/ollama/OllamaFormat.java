package io.keywheel.examples.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.llm.sdk.JsonLines.Format;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ollama's requests and replies, by `docs/api.md` of github.com/ollama/ollama: text only.
record OllamaFormat(Optional<String> keepAlive) implements Format {

    @Override
    public JsonNode request(LlmCall call, boolean streamed) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("model", call.target().model().value()).put("stream", streamed);
        keepAlive.ifPresent(time -> request.put("keep_alive", time));
        for (Message message : call.conversation().messages()) {
            Role role = message.role() == Role.DEVELOPER ? Role.SYSTEM : message.role();
            request.withArray("messages")
                    .addObject()
                    .put("role", role.name().toLowerCase(Locale.ROOT))
                    .put("content", Format.words(message));
        }
        Sampling sampling = call.sampling();
        ObjectNode options = request.putObject("options");
        set(options, "temperature", sampling.temperature());
        set(options, "top_p", sampling.topP());
        set(options, "num_predict", sampling.maxTokens());
        set(options, "seed", sampling.seed());
        sampling.stop().forEach(text -> options.withArray("stop").add(text));
        return request;
    }

    private static void set(ObjectNode options, String name, @Nullable Object number) {
        if (number != null) {
            options.put(name, new BigDecimal(number.toString()));
        }
    }

    @Override
    public Optional<Chunk> chunk(JsonNode line) {
        if (!line.path("message").isObject()) {
            return Optional.empty();
        }
        String text = line.at("/message/content").asText("");
        var delta = new Chunk.Delta(text, line.at("/message/thinking").asText(""), List.of(), Extras.NONE);
        if (!line.path("done").asBoolean()) {
            return Optional.of(Chunk.of(delta));
        }
        var reason = line.path("done_reason").asText().equals("length") ? FinishReason.LENGTH : FinishReason.STOP;
        long asked = line.path("prompt_eval_count").asLong();
        long answered = line.path("eval_count").asLong();
        return Optional.of(new Chunk(
                List.of(new Chunk.Piece(0, delta, reason, Extras.NONE)),
                new TokenUsage(asked, answered, asked + answered),
                Extras.NONE));
    }

    @Override
    public @Nullable String error(JsonNode object) {
        return object.path("error").textValue();
    }

    @Override
    public Failure refusal(int status, String words, @Nullable Duration retryAfter) {
        var upstreamError = new UpstreamError(status, words, null, null, null);
        return switch (status) {
            case 401, 403 -> new Failure.KeyRefused(words);
            case 404 -> new Failure.ModelUnavailable(upstreamError);
            case 429 -> new Failure.RateLimited(words, retryAfter, RateLimitStatus.UNKNOWN);
            case 503 -> new Failure.Overloaded(words, retryAfter);
            default -> status < 500 ? new Failure.Rejected(upstreamError) : new Failure.Unavailable(words, retryAfter);
        };
    }

    @Override
    public List<ModelId> models(JsonNode list) {
        return list.path("models").findValuesAsText("name").stream()
                .filter(ModelId::isValid)
                .map(ModelId::new)
                .toList();
    }
}
