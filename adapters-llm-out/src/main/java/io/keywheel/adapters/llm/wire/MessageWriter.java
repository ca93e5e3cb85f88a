package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.llm.wire.OpenAiWire.Dialect;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.ToolCall;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Writes the turns of a conversation in a provider's dialect.
final class MessageWriter {

    /// What the vocabulary says; an extra of such a name would say it twice.
    private static final Set<String> TYPED = Set.of("role", "content", "tool_calls", "tool_call_id");

    private final Dialect dialect;

    MessageWriter(Dialect dialect) {
        this.dialect = dialect;
    }

    void write(Message message, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "role",
                dialect.roles()
                        .getOrDefault(message.role(), message.role().name().toLowerCase(Locale.ROOT)));
        writeContent(message, json);
        writeToolCalls(message.toolCalls(), json);
        if (message.toolCallId() != null) {
            json.writeStringField("tool_call_id", message.toolCallId());
        }
        writeExtras(message, json);
        json.writeEndObject();
    }

    /// Words alone go out as a plain string: models that see no pictures take nothing else.
    private static void writeContent(Message message, JsonGenerator json) throws IOException {
        List<Part> parts = message.content();
        if (parts.isEmpty() && !message.toolCalls().isEmpty()) {
            return;
        }
        if (parts.stream().allMatch(part -> part instanceof Part.Text)) {
            json.writeStringField("content", words(parts));
            return;
        }
        json.writeArrayFieldStart("content");
        for (Part part : parts) {
            writePart(part, json);
        }
        json.writeEndArray();
    }

    private static String words(List<Part> parts) {
        return String.join(
                "\n",
                parts.stream()
                        .filter(Part.Text.class::isInstance)
                        .map(part -> ((Part.Text) part).text())
                        .toList());
    }

    private static void writePart(Part part, JsonGenerator json) throws IOException {
        json.writeStartObject();
        switch (part) {
            case Part.Text(var text, var _) -> {
                json.writeStringField("type", "text");
                json.writeStringField("text", text);
            }
            case Part.Image(var url, var detail, var _) -> {
                json.writeStringField("type", "image_url");
                json.writeObjectFieldStart("image_url");
                json.writeStringField("url", url);
                if (detail != null) {
                    json.writeStringField("detail", detail);
                }
                json.writeEndObject();
            }
            case Part.Other(var fields) -> {
                for (Map.Entry<String, String> field : fields.fields().entrySet()) {
                    json.writeFieldName(field.getKey());
                    json.writeRawValue(field.getValue());
                }
            }
        }
        json.writeEndObject();
    }

    private static void writeToolCalls(List<ToolCall> calls, JsonGenerator json) throws IOException {
        if (calls.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tool_calls");
        for (ToolCall call : calls) {
            json.writeStartObject();
            json.writeStringField("id", call.id());
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", call.arguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeExtras(Message message, JsonGenerator json) throws IOException {
        Set<String> dropped = dialect.droppedIn().getOrDefault(message.role(), Set.of());
        for (Map.Entry<String, String> extra : message.extras().fields().entrySet()) {
            String value = extra.getValue().strip();
            if (!TYPED.contains(extra.getKey()) && !dropped.contains(extra.getKey()) && !value.equals("null")) {
                json.writeFieldName(extra.getKey());
                json.writeRawValue(value);
            }
        }
    }
}
