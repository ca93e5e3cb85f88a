package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.PairedToolCalls;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.adapters.http.responses.OfferedTools.ClientTool;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Message.Reasoning;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;

/// Reads the items of a request as the messages of a chat: one for each item, until [PairedToolCalls] joins them.
final class InputItems {

    private static final int MOST_ITEMS = 10_000;
    private static final String CALL_ID = "call_id";

    private final OfferedTools tools;
    private final List<Message> messages = new ArrayList<>();
    private final StringBuilder reasoning = new StringBuilder();

    InputItems(OfferedTools tools) {
        this.tools = tools;
    }

    List<Message> read(Fields request) {
        JsonNode input = request.required("input", request.value("input"));
        if (input.isTextual()) {
            add(Role.USER, ContentParts.read(request, "input"));
        } else if (!input.isArray()) {
            throw request.invalid("input", "must be a string or an array of items");
        } else if (input.size() > MOST_ITEMS) {
            throw request.invalid("input", "must have at most " + MOST_ITEMS + " items");
        } else {
            request.objects("input").forEach(this::item);
        }
        List<Message> paired = PairedToolCalls.of(messages);
        if (paired.isEmpty()) {
            throw request.invalid("input", "must have at least one message");
        }
        String instructions = request.textOr("instructions", "");
        if (!instructions.isEmpty()) {
            paired.addFirst(Message.system(instructions));
        }
        return paired;
    }

    private void add(Role role, List<Part> content) {
        reasoning.setLength(0);
        if (!content.isEmpty()) {
            messages.add(new Message(role, content, List.of(), null, Extras.NONE));
        }
    }

    private void item(Fields item) {
        String type = item.text("type");
        if (type == null) {
            // Clients omit the type of messages, and of references to stored items.
            type = item.value("role") == null && item.value("id") != null ? "item_reference" : "message";
        }
        switch (type) {
            case "message" -> message(item);
            case "function_call" -> call(ItemKind.FUNCTION_CALL, item, item.textOr("arguments", "{}"));
            case "custom_tool_call" -> {
                var input = JsonWriter.object().put(OfferedTools.INPUT, item.textOr(OfferedTools.INPUT, ""));
                call(ItemKind.CUSTOM_CALL, item, WrittenJson.text(input));
            }
            case "function_call_output", "custom_tool_call_output" -> output(item, ContentParts.read(item, "output"));
            case "tool_search_call" -> searchCall(item);
            case "tool_search_output" -> searchOutput(item);
            case "reasoning" -> addReasoning(item);
            case "additional_tools" -> tools.offer(item, null);
            case "item_reference" ->
                throw item.invalid("type", "item_reference needs stored items; send the item itself (store: false)");
            default -> tools.upstream().drop(type);
        }
    }

    private void message(Fields item) {
        Role role = item.oneOf("role", Role.SYSTEM, Role.DEVELOPER, Role.USER, Role.ASSISTANT);
        List<Part> content = ContentParts.read(item, "content");
        if (role == Role.ASSISTANT) {
            assistant(content, List.of());
        } else {
            add(role, content);
        }
    }

    /// Encrypted reasoning is dropped, because only its provider can read it.
    private void addReasoning(Fields item) {
        List<Fields> parts = item.objects("content");
        for (Fields part : parts.isEmpty() ? item.objects("summary") : parts) {
            String text = part.textOr("text", "");
            reasoning.append(reasoning.isEmpty() || text.isEmpty() ? "" : "\n").append(text);
        }
    }

    private void call(ItemKind kind, Fields item, String arguments) {
        var clientTool = new ClientTool(kind, item.text(OfferedTools.NAMESPACE), UpstreamTools.name(item));
        assistant(List.of(), List.of(new ToolCall(item.required(CALL_ID), tools.upstreamName(clientTool), arguments)));
    }

    /// A search without an id was OpenAI's own; only the tools that it found are kept.
    private void searchCall(Fields item) {
        if (item.value(CALL_ID) != null) {
            JsonNode arguments = item.value("arguments");
            String json = arguments == null ? "{}" : WrittenJson.text(arguments);
            assistant(List.of(), List.of(new ToolCall(item.required(CALL_ID), OfferedTools.SEARCH, json)));
        }
    }

    private void searchOutput(Fields item) {
        List<String> names = tools.offer(item, null);
        if (item.value(CALL_ID) != null) {
            output(item, List.of(new Part.Text("Found: " + String.join(", ", names))));
        }
    }

    private void output(Fields item, List<Part> content) {
        reasoning.setLength(0);
        messages.add(new Message(Role.TOOL, content, List.of(), item.required(CALL_ID), Extras.NONE));
    }

    private void assistant(List<Part> content, List<ToolCall> calls) {
        if (!content.isEmpty() || !calls.isEmpty()) {
            Reasoning thought = reasoning.isEmpty() ? null : new Reasoning(reasoning.toString(), null);
            messages.add(new Message(Role.ASSISTANT, content, calls, null, false, thought, Extras.NONE));
            reasoning.setLength(0);
        }
    }
}
