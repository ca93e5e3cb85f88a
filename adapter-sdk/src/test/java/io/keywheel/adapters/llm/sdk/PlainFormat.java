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
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A minimal format that sends an empty request and does not validate answers. A test replaces what it needs
/// otherwise.
final class PlainFormat implements Format {

    Set<Capability> capabilities = EnumSet.range(Capability.TEMPERATURE, Capability.SEED);
    Set<String> fields = Set.of();
    Framing framing = Framing.JSON_LINES;
    Decoder decoder = PlainFormat::chunk;
    Supplier<HttpCall> chat = () -> HttpCall.post(JsonNodeFactory.instance.objectNode(), "/talk");
    Function<Refusal, Failure> refusal = Refusal::byStatus;
    Function<Headers, RateLimitStatus> limits = PlainFormat::left;

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Set<String> fields() {
        return fields;
    }

    @Override
    public HttpCall chat(LlmCall call, ApiKey key, boolean streamed) {
        return chat.get().bearer(key);
    }

    @Override
    public Framing framing() {
        return framing;
    }

    @Override
    public Decoder decoder() {
        return decoder;
    }

    @Override
    public Failure refusal(Refusal refused) {
        return refusal.apply(refused);
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
        return limits.apply(headers);
    }

    private static RateLimitStatus left(Headers headers) {
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
