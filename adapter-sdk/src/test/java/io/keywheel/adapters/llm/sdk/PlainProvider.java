package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A minimal provider that does not validate its input.
class PlainProvider implements LlmProvider, Format {

    @Override
    public ProviderId id() {
        return new ProviderId("plain");
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults(null, null, List.of(), true);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return HttpAdapter.open(settings, this);
    }

    @Override
    public HttpCall chat(LlmCall call, ApiKey key, boolean streamed) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("model", call.target().model().value())
                .put("streams", streamed)
                .put("sampling", call.sampling().toString());
        call.conversation()
                .messages()
                .forEach(message -> request.withArray("words")
                        .add(message.role().name().toLowerCase(Locale.ROOT) + ": " + Format.text(message)));
        return HttpCall.post(request, "/talk").bearer(key);
    }

    @Override
    public Framing framing() {
        return Framing.JSON_LINES;
    }

    @Override
    public Decoder decoder() {
        return PlainProvider::chunk;
    }

    private static Optional<Chunk> chunk(JsonNode line) {
        if (!line.has("say")) {
            return Optional.empty();
        }
        JsonNode call = line.path("call");
        var delta = new Delta(
                line.path("say").asText(),
                line.path("think").asText(),
                call.isMissingNode()
                        ? List.of()
                        : List.of(new ToolCallPart(
                                0,
                                "c",
                                call.path("name").asText(),
                                call.path("with").asText())),
                Extras.NONE);
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
                : new RateLimitStatus(List.of(new Bucket(
                        "requests", null, 0, RetryAfterParser.of(headers, "left-reset", InstantSource.system()))));
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
