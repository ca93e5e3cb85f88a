package io.keywheel.examples.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolChoice;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request for `generateContent`.
final class GeminiRequest {

    private static final Pattern PICTURE = Pattern.compile("data:([^;,]+);base64,(.*)", Pattern.DOTALL);

    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final Map<String, String> functions = new HashMap<>();

    private GeminiRequest() {}

    static JsonNode of(LlmCall call) {
        var request = new GeminiRequest();
        call.conversation().messages().forEach(request::add);
        call.conversation().tools().forEach(request::add);
        Optional.ofNullable(call.conversation().toolChoice()).ifPresent(request::add);
        request.add(call.sampling());
        return request.root;
    }

    private void add(Message message) {
        ArrayNode parts = switch (message.role()) {
            case SYSTEM, DEVELOPER -> root.withArray("/systemInstruction/parts");
            case USER, TOOL -> parts("user");
            case ASSISTANT -> parts("model");
        };
        if (message.role() == Role.TOOL) {
            parts.addObject()
                    .putObject("functionResponse")
                    .put("id", message.toolCallId())
                    .put("name", functions.get(message.toolCallId()))
                    .putObject("response")
                    .put("result", Format.text(message));
            return;
        }
        message.content().forEach(part -> add(part, parts.addObject()));
        message.toolCalls().forEach(call -> add(call, parts.addObject()));
    }

    /// Gemini fetches no pictures: only one that is in the request itself can be shown to it.
    private static void add(Part part, ObjectNode json) {
        switch (part) {
            case Part.Text text -> json.put("text", text.text());
            case Part.Image image -> {
                Matcher picture = PICTURE.matcher(image.url());
                if (!picture.matches()) {
                    throw new IllegalArgumentException("a picture that is elsewhere");
                }
                json.putObject("inlineData").put("mimeType", picture.group(1)).put("data", picture.group(2));
            }
            case Part.Other _ -> throw new IllegalArgumentException("a part of another kind");
        }
    }

    private void add(ToolCall call, ObjectNode json) {
        functions.put(call.id(), call.name());
        json.putObject("functionCall")
                .put("id", call.id())
                .put("name", call.name())
                .set("args", Format.json(call.arguments()));
        Optional.ofNullable(call.extras().fields().get(GeminiDecoder.SIGNATURE))
                .ifPresent(signature -> json.set(GeminiDecoder.SIGNATURE, Format.json(signature)));
    }

    /// Those of the last turn, if it has this role.
    private ArrayNode parts(String role) {
        ArrayNode contents = root.withArray("contents");
        JsonNode last = contents.path(contents.size() - 1);
        return last.path("role").asText().equals(role)
                ? last.withArray("parts")
                : contents.addObject().put("role", role).putArray("parts");
    }

    private void add(Tool tool) {
        if (tool instanceof Tool.Function function) {
            ObjectNode declared =
                    root.withArray("/tools/0/functionDeclarations").addObject();
            declared.put("name", function.name());
            if (function.description() != null) {
                declared.put("description", function.description());
            }
            if (function.parameters() != null) {
                declared.set("parametersJsonSchema", Format.json(function.parameters()));
            }
        }
    }

    private void add(ToolChoice choice) {
        ObjectNode config = root.withObject("/toolConfig/functionCallingConfig");
        switch (choice) {
            case ToolChoice.Mode mode -> config.put("mode", mode == ToolChoice.Mode.REQUIRED ? "ANY" : mode.name());
            case ToolChoice.Function(var name) ->
                config.put("mode", "ANY").withArray("allowedFunctionNames").add(name);
            case ToolChoice.Other _ -> throw new IllegalArgumentException("a choice of another kind");
        }
    }

    private void add(Sampling sampling) {
        ObjectNode config = root.putObject("generationConfig");
        Format.number(config, "temperature", sampling.temperature());
        Format.number(config, "topP", sampling.topP());
        Format.number(config, "maxOutputTokens", sampling.maxTokens());
        Format.number(config, "seed", sampling.seed());
        sampling.stop().forEach(text -> config.withArray("stopSequences").add(text));
    }
}
