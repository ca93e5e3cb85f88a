package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

final class OpenAiChoices {

    private static final Set<String> IN_CHOICE = Set.of("index", "message", "delta", "finish_reason");
    private static final Set<String> IN_MESSAGE = Set.of("role", "content", "tool_calls");
    private static final Set<String> IN_CALL = Set.of("index", "id");

    private OpenAiChoices() {}

    static void writeChoice(JsonWriter json, Choice choice) throws IOException {
        json.put("index", choice.index()).putObject("message", message -> writeContent(choice.content(), message));
        writeEnd(choice.finishReason(), choice.extras(), json);
    }

    /// @param first whether this is the first piece of its choice, which has the role
    static void writePiece(JsonWriter json, Piece piece, boolean first) throws IOException {
        json.put("index", piece.choice()).putObject("delta", delta -> writeDelta(piece.delta(), first, delta));
        writeEnd(piece.finishReason(), piece.extras(), json);
    }

    private static void writeEnd(@Nullable FinishReason reason, Extras extras, JsonWriter json) throws IOException {
        String upstream = ChatCompletionWriter.valueOf("finish_reason", extras);
        if (upstream != null) {
            json.putRaw("finish_reason", upstream);
        } else {
            // OpenAI has no reason for an unknown end, and clients wait for one of OpenAI's reasons.
            String word = reason == FinishReason.OTHER ? "stop" : reason == null ? null : reason.label();
            json.put("finish_reason", word);
        }
        ChatCompletionWriter.writeExtras(extras, IN_CHOICE, json);
    }

    private static void writeContent(Content content, JsonWriter json) throws IOException {
        boolean silent = content.text().isEmpty()
                && !(content.toolCalls().isEmpty() && content.extras().fields().isEmpty());
        writeRole(content.extras(), json);
        json.put("content", silent ? null : content.text());
        writeReasoning(content.reasoning(), content.extras(), json);
        if (!content.toolCalls().isEmpty()) {
            json.putObjects(
                    "tool_calls",
                    content.toolCalls(),
                    (of, call) -> writeCall(of, call.id(), call.name(), call.arguments(), call.extras()));
        }
        ChatCompletionWriter.writeExtras(content.extras(), IN_MESSAGE, json);
    }

    private static void writeDelta(Delta delta, boolean first, JsonWriter json) throws IOException {
        if (first) {
            writeRole(delta.extras(), json);
        }
        if (!delta.text().isEmpty() || (first && !delta.carriesContent())) {
            json.put("content", delta.text());
        }
        writeReasoning(delta.reasoning().isEmpty() ? null : delta.reasoning(), delta.extras(), json);
        if (!delta.toolCalls().isEmpty()) {
            json.putObjects(
                    "tool_calls",
                    delta.toolCalls(),
                    (of, part) -> writeCall(
                            of.put("index", part.index()), part.id(), part.name(), part.arguments(), part.extras()));
        }
        ChatCompletionWriter.writeExtras(delta.extras(), IN_MESSAGE, json);
    }

    private static void writeRole(Extras extras, JsonWriter json) throws IOException {
        String upstream = ChatCompletionWriter.valueOf("role", extras);
        json.putRaw("role", upstream == null ? "\"assistant\"" : upstream);
    }

    /// Writes the reasoning, unless the extras have it under the provider's name.
    private static void writeReasoning(@Nullable String reasoning, Extras extras, JsonWriter json) throws IOException {
        boolean spelt =
                extras.fields().containsKey("reasoning") || extras.fields().containsKey("reasoning_content");
        if (reasoning != null && !spelt) {
            json.put("reasoning", reasoning);
        }
    }

    private static void writeCall(
            JsonWriter json, @Nullable String id, @Nullable String name, String arguments, Extras extras)
            throws IOException {
        if (id != null) {
            json.put("id", id);
        }
        // A call of another type, or with further fields of its function, has these in its extras.
        if (!extras.fields().containsKey("type") && !extras.fields().containsKey("function")) {
            if (id != null) {
                json.put("type", "function");
            }
            json.putObject("function", function -> {
                if (name != null) {
                    function.put("name", name);
                }
                function.put("arguments", arguments);
            });
        }
        ChatCompletionWriter.writeExtras(extras, IN_CALL, json);
    }
}
