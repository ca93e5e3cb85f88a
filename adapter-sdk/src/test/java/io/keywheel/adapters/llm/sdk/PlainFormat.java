package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A minimal format that sends an empty request and does not validate answers.
class PlainFormat implements Format {

    @Override
    public HttpCall chat(LlmCall call, ApiKey key, boolean streamed) {
        return HttpCall.post(JsonNodeFactory.instance.objectNode(), "/talk").bearer(key);
    }

    @Override
    public Framing framing() {
        return Framing.JSON_LINES;
    }

    @Override
    public Decoder decoder() {
        return PlainFormat::chunk;
    }

    private static Optional<Chunk> chunk(JsonNode line) {
        if (!line.has("say")) {
            return Optional.empty();
        }
        var delta = new Delta(line.path("say").asText(), "", List.of(), Extras.NONE);
        if (!line.has("end")) {
            return Optional.of(Chunk.of(delta));
        }
        var reason = FinishReason.valueOf(line.path("end").asText());
        long asked = line.path("asked").asLong();
        long answered = line.path("answered").asLong();
        return Optional.of(Chunk.of(delta, reason, new TokenUsage(asked, answered, asked + answered)));
    }

    @Override
    public @Nullable String error(JsonNode object) {
        return object.path("no").textValue();
    }

    @Override
    public RateLimitStatus rateLimitStatus(Headers headers) {
        return headers.get("left") == null
                ? RateLimitStatus.UNKNOWN
                : new RateLimitStatus(List.of(new Bucket("requests", null, 0, null)));
    }

    @Override
    public boolean countsCachedTokens() {
        return false;
    }

    @Override
    public HttpCall list(ApiKey key) {
        return HttpCall.get("/models").bearer(key);
    }

    @Override
    public List<ModelId> models(JsonNode list) {
        return list.path("models")
                .valueStream()
                .map(JsonNode::asText)
                .map(ModelId::new)
                .toList();
    }
}
