package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.ToolCall;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the choices of an answer as OpenAI does, whole or piece by piece.
final class OpenAiChoices {

    private static final Set<String> IN_CHOICE = Set.of("index", "message", "delta", "finish_reason");
    private static final Set<String> IN_MESSAGE = Set.of("role", "content", "tool_calls");
    private static final Set<String> IN_CALL = Set.of("index", "id");

    private OpenAiChoices() {}

    static void writeChoice(JsonGenerator json, Choice choice) throws IOException {
        json.writeNumberField("index", choice.index());
        json.writeObjectFieldStart("message");
        writeReply(choice.reply(), json);
        json.writeEndObject();
        writeEnd(choice.finishReason(), choice.extras(), json);
    }

    /// @param first whether it is its choice's first piece, which says who speaks
    static void writePiece(JsonGenerator json, Piece piece, boolean first) throws IOException {
        json.writeNumberField("index", piece.choice());
        json.writeObjectFieldStart("delta");
        writeDelta(piece.delta(), first, json);
        json.writeEndObject();
        writeEnd(piece.finishReason(), piece.extras(), json);
    }

    private static void writeEnd(@Nullable FinishReason reason, Extras extras, JsonGenerator json) throws IOException {
        String upstream = OpenAiJson.valueOf("finish_reason", extras);
        json.writeFieldName("finish_reason");
        if (upstream != null) {
            OpenAiJson.writeRaw(upstream, json);
        } else if (reason == null) {
            json.writeNull();
        } else {
            // OpenAI has no word for an end of which nothing is known, and clients wait for one of its words.
            json.writeString(reason == FinishReason.OTHER ? "stop" : reason.label());
        }
        OpenAiJson.write(extras, IN_CHOICE, json);
    }

    private static void writeReply(Reply reply, JsonGenerator json) throws IOException {
        writeRole(reply.extras(), json);
        boolean silent = reply.text().isEmpty()
                && !(reply.toolCalls().isEmpty() && reply.extras().fields().isEmpty());
        json.writeStringField("content", silent ? null : reply.text());
        writeReasoning(reply.reasoning(), reply.extras(), json);
        if (!reply.toolCalls().isEmpty()) {
            JsonWriter.writeObjects(json, "tool_calls", reply.toolCalls(), OpenAiChoices::writeCall);
        }
        OpenAiJson.write(reply.extras(), IN_MESSAGE, json);
    }

    private static void writeDelta(Delta delta, boolean first, JsonGenerator json) throws IOException {
        if (first || OpenAiJson.valueOf("role", delta.extras()) != null) {
            writeRole(delta.extras(), json);
        }
        if (!delta.text().isEmpty() || (first && !delta.carriesContent())) {
            json.writeStringField("content", delta.text());
        }
        writeReasoning(delta.reasoning().isEmpty() ? null : delta.reasoning(), delta.extras(), json);
        if (!delta.toolCalls().isEmpty()) {
            JsonWriter.writeObjects(json, "tool_calls", delta.toolCalls(), OpenAiChoices::writeCallPart);
        }
        OpenAiJson.write(delta.extras(), IN_MESSAGE, json);
    }

    private static void writeRole(Extras extras, JsonGenerator json) throws IOException {
        String upstream = OpenAiJson.valueOf("role", extras);
        json.writeFieldName("role");
        OpenAiJson.writeRaw(upstream == null ? "\"assistant\"" : upstream, json);
    }

    /// As the upstream spells it, where that is in the extras.
    private static void writeReasoning(@Nullable String reasoning, Extras extras, JsonGenerator json)
            throws IOException {
        boolean spelt =
                extras.fields().containsKey("reasoning") || extras.fields().containsKey("reasoning_content");
        if (reasoning != null && !spelt) {
            json.writeStringField("reasoning", reasoning);
        }
    }

    /// A call of anything else, or one that says more of its function, says so in its extras.
    private static boolean isFunction(Extras extras) {
        return !extras.fields().containsKey("type") && !extras.fields().containsKey("function");
    }

    private static void writeCall(JsonGenerator json, ToolCall call) throws IOException {
        json.writeStringField("id", call.id());
        if (isFunction(call.extras())) {
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", call.arguments());
            json.writeEndObject();
        }
        OpenAiJson.write(call.extras(), IN_CALL, json);
    }

    private static void writeCallPart(JsonGenerator json, ToolCallPart part) throws IOException {
        json.writeNumberField("index", part.index());
        if (part.id() != null) {
            json.writeStringField("id", part.id());
        }
        if (isFunction(part.extras())) {
            if (part.id() != null) {
                json.writeStringField("type", "function");
            }
            json.writeObjectFieldStart("function");
            if (part.name() != null) {
                json.writeStringField("name", part.name());
            }
            json.writeStringField("arguments", part.arguments());
            json.writeEndObject();
        }
        OpenAiJson.write(part.extras(), IN_CALL, json);
    }
}
