package io.keywheel.examples.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads one answer. It numbers the function calls, which have no index on the wire.
final class GeminiDecoder implements Format.Decoder {

    static final String SIGNATURE = "thoughtSignature";

    private int calls;

    @Override
    public Optional<Chunk> next(JsonNode value) {
        JsonNode candidate = value.path("candidates").path(0);
        JsonNode blocked = value.path("promptFeedback").path("blockReason");
        if (candidate.isMissingNode() && blocked.isMissingNode()) {
            return Optional.empty();
        }
        var text = new StringBuilder();
        var thoughts = new StringBuilder();
        List<ToolCallPart> made = new ArrayList<>();
        for (JsonNode part : candidate.path("content").path("parts")) {
            (part.path("thought").asBoolean() ? thoughts : text)
                    .append(part.path("text").asText());
            JsonNode call = part.path("functionCall");
            if (call.isObject()) {
                String id = call.path("id").asText("call_" + calls);
                String arguments =
                        call.path("args").isObject() ? call.path("args").toString() : "{}";
                // It must come back with the call: the thoughts behind it are in there.
                JsonNode signature = part.path(SIGNATURE);
                Extras extras = signature.isTextual() ? Extras.of(SIGNATURE, signature.toString()) : Extras.NONE;
                made.add(new ToolCallPart(calls++, id, call.path("name").asText(), arguments, extras));
            }
        }
        FinishReason end =
                blocked.isMissingNode() ? reason(candidate.path("finishReason").asText()) : FinishReason.CONTENT_FILTER;
        var delta = new Chunk.Delta(text.toString(), thoughts.toString(), made, Extras.NONE);
        var piece = new Chunk.Piece(0, delta, end, Extras.NONE);
        return Optional.of(new Chunk(List.of(piece), usage(value.path("usageMetadata")), Extras.NONE));
    }

    private static @Nullable TokenUsage usage(JsonNode usage) {
        if (!usage.isObject()) {
            return null;
        }
        Long cached = Format.number(usage.path("cachedContentTokenCount"));
        Long thought = Format.number(usage.path("thoughtsTokenCount"));
        long asked = usage.path("promptTokenCount").asLong();
        long answered = usage.path("candidatesTokenCount").asLong() + (thought == null ? 0 : thought);
        return new TokenUsage(asked, answered, asked + answered, cached, thought, Extras.NONE);
    }

    private @Nullable FinishReason reason(String word) {
        return switch (word) {
            case "", "FINISH_REASON_UNSPECIFIED" -> null;
            case "STOP" -> calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }
}
