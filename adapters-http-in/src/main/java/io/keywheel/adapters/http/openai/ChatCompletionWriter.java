package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes answers in OpenAI's format, with further fields of the provider as it wrote them.
///
/// @param requestId for the id of an answer, if the provider gives none
record ChatCompletionWriter(String requestId, Instant now) {

    private static final List<String> HEAD = List.of("id", "object", "created", "model");
    private static final Set<String> TYPED = Set.of("id", "object", "created", "model", "choices", "usage");
    private static final Set<String> TYPED_IN_USAGE = Set.of("prompt_tokens", "completion_tokens", "total_tokens");

    byte[] whole(Answer answer) {
        Completion completion = answer.completion();
        TokenUsage usage = completion.usage();
        return JsonWriter.written(json -> {
            writeHead("chat.completion", answer.servedBy().target().model(), completion.extras(), json);
            json.putObjects("choices", completion.choices(), OpenAiChoices::writeChoice);
            if (usage != null) {
                json.putObject("usage", of -> writeUsage(usage, of));
            }
            writeExtras(completion.extras(), TYPED, json);
        });
    }

    /// @param model the answering model
    /// @param head the head of the provider's chunks
    /// @param begun the choices that have had a piece; those of `chunk` are added
    /// @param withUsage whether to write the usage, null if `chunk` has none
    byte[] chunk(Chunk chunk, ModelId model, Extras head, Set<Integer> begun, boolean withUsage) {
        TokenUsage usage = chunk.usage();
        return JsonWriter.written(json -> {
            writeHead("chat.completion.chunk", model, head, json);
            json.putObjects(
                    "choices",
                    chunk.pieces(),
                    (of, piece) -> OpenAiChoices.writePiece(of, piece, begun.add(piece.choice())));
            if (withUsage) {
                json.putObject("usage", usage == null ? null : of -> writeUsage(usage, of));
            }
            writeExtras(chunk.extras(), TYPED, json);
        });
    }

    /// The fields of `extras` that belong to the head of every chunk.
    static Extras headOf(Extras extras) {
        var head = new LinkedHashMap<>(extras.fields());
        head.keySet().retainAll(HEAD);
        return new Extras(head);
    }

    private void writeHead(String object, ModelId model, Extras extras, JsonWriter json) throws IOException {
        for (String name : HEAD) {
            String upstream = valueOf(name, extras);
            if (upstream != null) {
                json.putRaw(name, upstream);
                continue;
            }
            switch (name) {
                case "id" -> json.put(name, "chatcmpl-" + requestId);
                case "object" -> json.put(name, object);
                case "created" -> json.put(name, now.getEpochSecond());
                default -> json.put(name, model.value());
            }
        }
    }

    private static void writeUsage(TokenUsage usage, JsonWriter json) throws IOException {
        json.put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.totalTokens());
        writeDetail("prompt_tokens_details", "cached_tokens", usage.cachedTokens(), usage.extras(), json);
        writeDetail("completion_tokens_details", "reasoning_tokens", usage.reasoningTokens(), usage.extras(), json);
        writeExtras(usage.extras(), TYPED_IN_USAGE, json);
    }

    /// Writes the count, unless the extras already have the provider's details.
    private static void writeDetail(String details, String name, @Nullable Long count, Extras extras, JsonWriter json)
            throws IOException {
        if (count != null && !extras.fields().containsKey(details)) {
            json.putObject(details, of -> of.put(name, count));
        }
    }

    static void writeExtras(Extras extras, Set<String> excluded, JsonWriter json) throws IOException {
        for (Map.Entry<String, String> extra : extras.fields().entrySet()) {
            if (!excluded.contains(extra.getKey())) {
                json.putRaw(extra.getKey(), line(extra.getValue()));
            }
        }
    }

    /// A raw line break in JSON is only a blank between two values, but in an event it would end the data.
    private static String line(String value) {
        return value.replace('\n', ' ').replace('\r', ' ');
    }

    /// The JSON value of `name` in `extras`; null if it is absent or `null`.
    static @Nullable String valueOf(String name, Extras extras) {
        String value = extras.fields().get(name);
        return value == null || value.equals("null") ? null : line(value);
    }
}
