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

    static JsonNode of(LlmCall call) {
        var request = new GeminiRequest();
        call.conversation().messages().forEach(request::add);
        for (ObjectNode function : Format.functions(call, "parametersJsonSchema")) {
            request.root.withArray("/tools/0/functionDeclarations").add(function);
        }
        Optional.ofNullable(call.conversation().toolChoice()).ifPresent(request::add);
        ObjectNode config = request.root.putObject("generationConfig");
        Format.sampling(config, call, "temperature", "topP", "maxOutputTokens", "stopSequences", "seed");
        return request.root;
    }

    private void add(Message message) {
        ArrayNode parts = switch (message.role()) {
            case SYSTEM, DEVELOPER -> root.withArray("/systemInstruction/parts");
            case USER, TOOL -> parts("user");
            case ASSISTANT -> parts("model");
        };
        if (message.role() == Role.TOOL) {
            if (!message.content().stream().allMatch(Part.Text.class::isInstance)) {
                throw new IllegalArgumentException("a result that is not text");
            }
            ObjectNode response = parts.addObject().putObject("functionResponse");
            response.put("id", message.toolCallId()).put("name", functions.get(message.toolCallId()));
            response.putObject("response").put("result", Format.text(message));
            return;
        }
        message.content().forEach(part -> add(part, parts.addObject()));
        message.toolCalls().forEach(call -> add(call, parts.addObject()));
    }

    /// The parts of the last turn if it has this role, else of a new turn.
    private ArrayNode parts(String role) {
        ArrayNode contents = root.withArray("contents");
        JsonNode last = contents.path(contents.size() - 1);
        return last.path("role").asText().equals(role)
                ? last.withArray("parts")
                : contents.addObject().put("role", role).putArray("parts");
    }

    /// Gemini does not fetch images, so only images in the request itself can be sent.
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
        ObjectNode called = json.putObject("functionCall").put("id", call.id()).put("name", call.name());
        JsonNode arguments = Format.json(call.arguments().isBlank() ? "{}" : call.arguments());
        if (!arguments.isObject()) {
            throw new IllegalArgumentException("arguments that are no object");
        }
        called.set("args", arguments);
        Optional.ofNullable(call.extras().fields().get(Gemini.SIGNATURE))
                .ifPresent(signature -> json.set(Gemini.SIGNATURE, Format.json(signature)));
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
}
