package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.llm.openai.Dialect.Place;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Writes the tools that a model may call, and the calls it made.
record ToolWriter(Dialect dialect) {

    private static final Set<String> TYPED_FIELDS = Set.of("id", "type", "function");

    void write(List<Tool> tools, JsonGenerator json) throws IOException {
        if (tools.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tools");
        for (Tool tool : tools) {
            json.writeStartObject();
            switch (tool) {
                case Tool.Function function -> writeFunction(function, json);
                case Tool.Other(var fields) ->
                    WrittenJson.write(dialect.extrasToSend(Place.TOOL, fields, Set.of()), json);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeFunction(Tool.Function function, JsonGenerator json) throws IOException {
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", function.name());
        if (function.description() != null) {
            json.writeStringField("description", function.description());
        }
        if (function.parameters() != null) {
            json.writeFieldName("parameters");
            json.writeRawValue(function.parameters());
        }
        if (function.strict() != null) {
            json.writeBooleanField("strict", function.strict());
        }
        json.writeEndObject();
        WrittenJson.write(dialect.extrasToSend(Place.TOOL, function.extras(), TYPED_FIELDS), json);
    }

    void writeCalls(List<ToolCall> calls, JsonGenerator json) throws IOException {
        if (calls.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tool_calls");
        for (ToolCall call : calls) {
            json.writeStartObject();
            json.writeStringField("id", dialect.callId(call.id()));
            boolean calledFunction = !call.extras().fields().containsKey("type");
            if (calledFunction) {
                json.writeStringField("type", "function");
                json.writeObjectFieldStart("function");
                json.writeStringField("name", call.name());
                json.writeStringField("arguments", call.arguments());
                json.writeEndObject();
            }
            Set<String> typed = calledFunction ? TYPED_FIELDS : Set.of("id");
            WrittenJson.write(dialect.extrasToSend(Place.TOOL_CALL, call.extras(), typed), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
