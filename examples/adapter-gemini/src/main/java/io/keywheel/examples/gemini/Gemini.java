package io.keywheel.examples.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.sdk.Capability;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.adapters.llm.sdk.HttpAdapter;
import io.keywheel.adapters.llm.sdk.HttpCall;
import io.keywheel.adapters.llm.sdk.Refusal;
import io.keywheel.adapters.llm.sdk.RetryAfterParser;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gemini's protocol: the key is in the header `x-goog-api-key`, the model in the path, and the retry delay in the
/// body.
public final class Gemini implements LlmProvider, Format {

    static final String SIGNATURE = "thoughtSignature";

    @Override
    public ProviderId id() {
        return new ProviderId("gemini");
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults("https://generativelanguage.googleapis.com/v1beta", null, List.of(), false);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return HttpAdapter.open(settings, this);
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> more = EnumSet.of(Capability.IMAGES, Capability.TOOLS, Capability.TOOL_CHOICE);
        more.addAll(Format.super.capabilities());
        return more;
    }

    @Override
    public HttpCall chat(LlmCall call, ApiKey key, boolean streamed) {
        String path = "/models/{}:" + (streamed ? "streamGenerateContent" : "generateContent");
        var chat = HttpCall.post(
                GeminiRequest.of(call), path, call.target().model().value());
        return (streamed ? chat.query("alt", "sse") : chat).header("x-goog-api-key", key.reveal());
    }

    @Override
    public Decoder decoder() {
        return new Answer();
    }

    @Override
    public Failure refusal(Refusal refusal) {
        JsonNode error = refusal.body().path("error");
        Refusal named = refusal.withStatus(error.path("code").asInt(refusal.status()));
        if (named.status() == 403 || error.findValuesAsText("reason").contains("API_KEY_INVALID")) {
            return new Failure.KeyRefused(refusal.message());
        }
        String delay = error.findPath("retryDelay").asText();
        return (delay.isEmpty() ? named : named.withRetryAfter(RetryAfterParser.parse(delay))).byStatus();
    }

    @Override
    public HttpCall list(ApiKey key) {
        return HttpCall.get("/models").query("pageSize", "1000").header("x-goog-api-key", key.reveal());
    }

    @Override
    public List<ModelId> models(JsonNode list) {
        return Format.ids(list.path("models"), "name").stream()
                .map(model -> new ModelId(model.value().replaceFirst("^models/(?=.)", "")))
                .toList();
    }

    /// Reads one answer. Its calls have no index. Between thoughts, some chunks have only usage (looplj/axonhub 645).
    private static final class Answer implements Decoder {

        private int calls;

        @Override
        public Optional<Chunk> next(JsonNode value) {
            JsonNode candidate = value.path("candidates").path(0);
            boolean blocked = value.path("promptFeedback").has("blockReason");
            if (candidate.isMissingNode() && !blocked && !value.has("usageMetadata")) {
                return Optional.empty();
            }
            var text = new StringBuilder();
            var thoughts = new StringBuilder();
            var made = new ArrayList<ToolCallPart>();
            for (JsonNode part : candidate.path("content").path("parts")) {
                (part.path("thought").asBoolean() ? thoughts : text)
                        .append(part.path("text").asText(""));
                JsonNode call = part.path("functionCall");
                if (call.isObject()) {
                    // The signature must be returned with the call, because it contains the reasoning.
                    JsonNode signature = part.path(SIGNATURE);
                    Extras extras = signature.isTextual() ? Extras.of(SIGNATURE, signature.toString()) : Extras.NONE;
                    String id = call.path("id").asText(Format.callId());
                    String arguments =
                            call.path("args").isObject() ? call.path("args").toString() : "{}";
                    made.add(new ToolCallPart(calls++, id, call.path("name").asText(), arguments, extras));
                }
            }
            String reason = blocked ? "SAFETY" : candidate.path("finishReason").asText("");
            var delta = new Chunk.Delta(text.toString(), thoughts.toString(), made, Extras.NONE);
            return Optional.of(Chunk.of(delta, finish(reason), usage(value.path("usageMetadata"))));
        }

        private static @Nullable TokenUsage usage(JsonNode usage) {
            if (!usage.isObject()) {
                return null;
            }
            Long cached = Format.count(usage.path("cachedContentTokenCount"));
            Long thought = Format.count(usage.path("thoughtsTokenCount"));
            long asked = usage.path("promptTokenCount").asLong();
            long answered = usage.path("candidatesTokenCount").asLong() + (thought == null ? 0 : thought);
            return new TokenUsage(asked, answered, asked + answered, cached, thought, Extras.NONE);
        }

        private @Nullable FinishReason finish(String reason) {
            return switch (reason) {
                case "", "FINISH_REASON_UNSPECIFIED" -> null;
                case "STOP" -> calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
                case "MAX_TOKENS" -> FinishReason.LENGTH;
                case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII" -> FinishReason.CONTENT_FILTER;
                default -> FinishReason.OTHER;
            };
        }
    }
}
