package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.responses.OfferedTools.Called;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One item of an answer, and what of it has come.
final class OutputItem {

    static final String COMPLETED = "completed";
    static final String INCOMPLETE = "incomplete";
    static final String IN_PROGRESS = "in_progress";

    /// Kinds of items, and the words that events have for them.
    enum Kind {
        REASONING("rs_", "reasoning", "text", "reasoning_summary_text", "reasoning_summary_part", "summary_index"),
        MESSAGE("msg_", "message", "text", "output_text", "content_part", "content_index"),
        FUNCTION_CALL("fc_", "function_call", "arguments", "function_call_arguments", null, null),
        CUSTOM_CALL("ctc_", "custom_tool_call", "input", "custom_tool_call_input", null, null);

        private final String prefix;
        private final String type;

        /// The field with the whole content.
        final String content;

        /// The begin of the names of the content's events.
        final String events;

        /// The begin of the names of the events of its only part, and the field with the part's number; null without
        /// parts.
        final @Nullable String part;
        final @Nullable String partIndex;

        Kind(
                String prefix,
                String type,
                String content,
                String events,
                @Nullable String part,
                @Nullable String partIndex) {
            this.prefix = prefix;
            this.type = type;
            this.content = content;
            this.events = "response." + events;
            this.part = part == null ? null : "response." + part;
            this.partIndex = partIndex;
        }
    }

    final Kind kind;
    final int index;
    final String id;
    private final String callId;
    private final Called called;
    private final StringBuilder received = new StringBuilder();

    private OutputItem(Kind kind, int index, String ids, @Nullable String callId, Called called) {
        this.kind = kind;
        this.index = index;
        this.id = kind.prefix + ids + index;
        this.callId = callId == null || callId.isEmpty() ? "call_" + ids + index : callId;
        this.called = called;
    }

    /// @param index its place in the answer
    /// @param ids the begin of all ids of the answer
    static OutputItem of(Kind kind, int index, String ids) {
        return new OutputItem(kind, index, ids, null, new Called(false, null, ""));
    }

    static OutputItem call(Called called, @Nullable String callId, int index, String ids) {
        return new OutputItem(called.custom() ? Kind.CUSTOM_CALL : Kind.FUNCTION_CALL, index, ids, callId, called);
    }

    void append(String text) {
        received.append(text);
    }

    /// All that has come; of a custom tool's call the free text that it wraps.
    String content() {
        return kind == Kind.CUSTOM_CALL ? unwrapped(received.toString()) : received.toString();
    }

    /// A model may write the free text without the object that was asked for.
    private static String unwrapped(String arguments) {
        JsonNode json = JsonReader.only(arguments.getBytes(StandardCharsets.UTF_8));
        JsonNode input = json.path(OfferedTools.INPUT);
        return input.isTextual() && json.size() == 1 ? input.textValue() : arguments;
    }

    /// @param content null where none has come yet
    /// @param status `in_progress`, `completed` or `incomplete`
    void write(JsonGenerator json, @Nullable String content, String status) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("type", kind.type);
        switch (kind) {
            case REASONING -> writeParts("summary", content, json);
            case MESSAGE -> {
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
        }
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
        if (kind == Kind.REASONING) {
            json.writeStringField("type", "summary_text");
        } else {
            json.writeStringField("type", "output_text");
            json.writeArrayFieldStart("annotations");
            json.writeEndArray();
            writeNoLogprobs(json);
        }
        json.writeStringField("text", text);
    }

    static void writeNoLogprobs(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("logprobs");
        json.writeEndArray();
    }
}
