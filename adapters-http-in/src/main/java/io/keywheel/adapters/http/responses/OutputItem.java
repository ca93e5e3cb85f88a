package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.responses.OfferedTools.ClientTool;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One item of an answer, with the content received so far.
final class OutputItem {

    static final String COMPLETED = "completed";
    static final String INCOMPLETE = "incomplete";
    static final String IN_PROGRESS = "in_progress";

    final ItemKind kind;
    final int index;
    final String id;
    private final String callId;
    private final ClientTool clientTool;
    private final StringBuilder received = new StringBuilder();
    private String status = IN_PROGRESS;

    OutputItem(Block block, OfferedTools tools, String ids) {
        clientTool = switch (block.kind()) {
            case REASONING -> new ClientTool(ItemKind.REASONING, null, "");
            case TEXT -> new ClientTool(ItemKind.MESSAGE, null, "");
            case REFUSAL -> new ClientTool(ItemKind.REFUSAL, null, "");
            case CALL -> tools.clientTool(block.name());
        };
        kind = clientTool.kind();
        index = block.index();
        id = kind.prefix + ids + index;
        callId = block.id() == null ? "call_" + ids + index : block.id();
    }

    void append(String text) {
        received.append(text);
    }

    void end(String finalStatus) {
        status = finalStatus;
    }

    boolean hasEnded() {
        return !status.equals(IN_PROGRESS);
    }

    /// The content received so far; for a custom tool's call, its free text.
    String content() {
        return kind == ItemKind.CUSTOM_CALL ? unwrapped(received.toString()) : received.toString();
    }

    /// A model may write the free text without the requested object.
    private static String unwrapped(String arguments) {
        JsonNode json = JsonReader.singleValue(arguments);
        JsonNode input = json.path(OfferedTools.INPUT);
        if (json.isObject() && json.isEmpty()) {
            return "";
        }
        return input.isTextual() && json.size() == 1 ? input.textValue() : arguments;
    }

    /// @param content null before any is received
    void write(JsonWriter json, @Nullable String content) throws IOException {
        json.put("id", id).put("type", kind.type);
        switch (kind) {
            // Clients without stored state return only reasoning with this field.
            case REASONING -> writeParts("summary", content, json.put("encrypted_content", "keywheel"));
            case MESSAGE, REFUSAL ->
                writeParts("content", content, json.put("status", status).put("role", "assistant"));
            case FUNCTION_CALL, CUSTOM_CALL -> {
                writeName(json.put("status", status).put("call_id", callId));
                if (clientTool.namespace() != null) {
                    json.put("namespace", clientTool.namespace());
                }
                json.put(kind.content, content == null ? "" : content);
            }
            case SEARCH_CALL ->
                json.put("status", status)
                        .put("call_id", callId)
                        .put("execution", "client")
                        .put(kind.content, object(content));
        }
    }

    private static JsonNode object(@Nullable String arguments) {
        JsonNode json = JsonReader.singleValue(arguments == null ? "" : arguments);
        return json.isObject() ? json : JsonWriter.object();
    }

    void writeName(JsonWriter json) throws IOException {
        json.put("name", clientTool.name());
    }

    private void writeParts(String field, @Nullable String text, JsonWriter json) throws IOException {
        json.putObjects(field, text == null ? List.of() : List.of(text), (part, value) -> writePart(value, part));
    }

    void writePart(String text, JsonWriter json) throws IOException {
        switch (kind) {
            case REASONING -> json.put("type", "summary_text");
            case REFUSAL -> json.put("type", "refusal");
            default ->
                writeNoLogprobs(json.put("type", "output_text").putObjects("annotations", List.of(), (_, _) -> {}));
        }
        json.put(kind.content, text);
    }

    static void writeNoLogprobs(JsonWriter json) throws IOException {
        json.putObjects("logprobs", List.of(), (_, _) -> {});
    }
}
