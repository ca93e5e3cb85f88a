package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.responses.OfferedTools.Called;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One item of an answer, and what of it has come.
final class OutputItem {

    static final String COMPLETED = "completed";
    static final String INCOMPLETE = "incomplete";
    static final String IN_PROGRESS = "in_progress";

    final ItemKind kind;
    final int index;
    final String id;
    private final String callId;
    private final Called called;
    private final StringBuilder received = new StringBuilder();
    private String status = IN_PROGRESS;

    /// @param ids the begin of all ids of the answer
    OutputItem(Block block, OfferedTools tools, String ids) {
        called = switch (block.kind()) {
            case REASONING -> new Called(ItemKind.REASONING, null, "");
            case TEXT -> new Called(ItemKind.MESSAGE, null, "");
            case REFUSAL -> new Called(ItemKind.REFUSAL, null, "");
            case CALL -> tools.called(block.name());
        };
        kind = called.kind();
        index = block.index();
        id = kind.prefix + ids + index;
        callId = block.id() == null ? "call_" + ids + index : block.id();
    }

    /// Notes how it ended.
    ///
    /// @param ending `completed` or `incomplete`
    void end(String ending) {
        status = ending;
    }

    boolean hasEnded() {
        return !status.equals(IN_PROGRESS);
    }

    void append(String text) {
        received.append(text);
    }

    /// All that has come; of a custom tool's call the free text that it wraps.
    String content() {
        return kind == ItemKind.CUSTOM_CALL ? unwrapped(received.toString()) : received.toString();
    }

    /// A model may write the free text without the object that was asked for.
    private static String unwrapped(String arguments) {
        JsonNode json = JsonReader.only(arguments.getBytes(StandardCharsets.UTF_8));
        JsonNode input = json.path(OfferedTools.INPUT);
        if (json.isObject() && json.isEmpty()) {
            return "";
        }
        return input.isTextual() && json.size() == 1 ? input.textValue() : arguments;
    }

    /// @param content null where none has come yet
    void write(JsonGenerator json, @Nullable String content) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("type", kind.type);
        switch (kind) {
            case REASONING -> writeParts("summary", content, json);
            case MESSAGE, REFUSAL -> {
                json.writeStringField("status", status);
                json.writeStringField("role", "assistant");
                writeParts("content", content, json);
            }
            case FUNCTION_CALL, CUSTOM_CALL -> {
                json.writeStringField("status", status);
                json.writeStringField("call_id", callId);
                writeName(json);
                if (called.namespace() != null) {
                    json.writeStringField("namespace", called.namespace());
                }
                json.writeStringField(kind.content, content == null ? "" : content);
            }
            case SEARCH_CALL -> {
                json.writeStringField("status", status);
                json.writeStringField("call_id", callId);
                json.writeStringField("execution", "client");
                json.writeFieldName(kind.content);
                WrittenJson.write(object(content), json);
            }
        }
    }

    private static JsonNode object(@Nullable String arguments) {
        JsonNode json = JsonReader.only((arguments == null ? "" : arguments).getBytes(StandardCharsets.UTF_8));
        return json.isObject() ? json : JsonWriter.object();
    }

    void writeName(JsonGenerator json) throws IOException {
        json.writeStringField("name", called.name());
    }

    private void writeParts(String field, @Nullable String text, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        if (text != null) {
            json.writeStartObject();
            writePart(text, json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    void writePart(String text, JsonGenerator json) throws IOException {
        if (kind == ItemKind.REASONING) {
            json.writeStringField("type", "summary_text");
        } else if (kind == ItemKind.REFUSAL) {
            json.writeStringField("type", "refusal");
        } else {
            json.writeStringField("type", "output_text");
            json.writeArrayFieldStart("annotations");
            json.writeEndArray();
            writeNoLogprobs(json);
        }
        json.writeStringField(kind.content, text);
    }

    static void writeNoLogprobs(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("logprobs");
        json.writeEndArray();
    }
}
