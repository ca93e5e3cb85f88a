package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class OpenAiMessages {

    private static final String TEXT = "text";
    private static final String IMAGE = "image_url";

    private OpenAiMessages() {}

    static List<Message> read(Fields request) {
        return request.messages().stream().map(OpenAiMessages::message).toList();
    }

    private static Message message(Fields fields) {
        Role role = fields.oneOf("role", Role.values());
        List<ToolCall> calls = calls(fields, role);
        Extras extras = fields.extrasExcept("role", "content", "tool_calls", "tool_call_id");
        List<Part> content = fields.content("content", "parts", part -> List.of(part(part)));
        if (content.isEmpty() && !(role == Role.ASSISTANT && (!calls.isEmpty() || hasContent(extras)))) {
            throw fields.invalid(
                    "content", fields.value("content") == null ? "is missing" : "must have at least one part");
        }
        return new Message(role, content, calls, callId(fields, role), extras);
    }

    private static Part part(Fields fields) {
        return switch (fields.required("type")) {
            case TEXT -> new Part.Text(fields.required(TEXT), fields.extrasExcept("type", TEXT));
            case IMAGE -> image(fields);
            default -> new Part.Other(fields.extrasExcept());
        };
    }

    /// Reads an image; some clients write its URL alone.
    private static Part image(Fields fields) {
        var extras = fields.extrasExcept("type", IMAGE);
        JsonNode value = fields.value(IMAGE);
        if (value != null && value.isTextual()) {
            return new Part.Image(value.textValue(), null, extras);
        }
        Fields image = fields.requiredInner(IMAGE);
        var part = new Part.Image(image.required("url"), image.text("detail"), extras);
        return image.extrasExcept("url", "detail").equals(Extras.NONE) ? part : new Part.Other(fields.extrasExcept());
    }

    private static List<ToolCall> calls(Fields fields, Role role) {
        List<Fields> objects = fields.objects("tool_calls");
        if (objects.isEmpty()) {
            return List.of();
        }
        if (role != Role.ASSISTANT) {
            throw fields.invalid("tool_calls", "is only allowed in messages of the assistant");
        }
        return objects.stream().map(OpenAiMessages::call).toList();
    }

    /// A call. If it has more than the known fields, its extras are the call as written.
    private static ToolCall call(Fields fields) {
        String id = fields.required("id");
        if (!fields.required("type").equals("function")) {
            return new ToolCall(id, "", "", fields.extrasExcept("id"));
        }
        Fields function = fields.requiredInner("function");
        boolean known = function.extrasExcept("name", "arguments").equals(Extras.NONE);
        return new ToolCall(
                id,
                function.required("name"),
                function.required("arguments"),
                known ? fields.extrasExcept("id", "type", "function") : fields.extrasExcept("id"));
    }

    private static @Nullable String callId(Fields fields, Role role) {
        if (role == Role.TOOL) {
            return fields.required("tool_call_id");
        }
        if (fields.value("tool_call_id") != null) {
            throw fields.invalid("tool_call_id", "is only allowed in messages of a tool");
        }
        return null;
    }

    /// Whether an assistant's message may lack content: it has a refusal, audio, or a `function_call` in the old
    /// format. A name alone does not count.
    private static boolean hasContent(Extras extras) {
        return extras.fields().entrySet().stream()
                .anyMatch(extra ->
                        !extra.getKey().equals("name") && !extra.getValue().equals("null"));
    }
}
