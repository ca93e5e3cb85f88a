package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Reasoning;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;

/// Reads the items of a request as the messages of a chat.
///
/// What an assistant says and calls between two items of others is one message: providers want the outputs of calls
/// right behind the message that has all of them.
final class InputItems {

    private static final int MOST_ITEMS = 10_000;
    private static final String CALL_ID = "call_id";

    private final OfferedTools tools;
    private final List<Message> messages = new ArrayList<>();
    private final List<Part> said = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private final List<Part> shown = new ArrayList<>();
    private final StringBuilder reasoning = new StringBuilder();

    InputItems(OfferedTools tools) {
        this.tools = tools;
    }

    /// What the fields `instructions` and `input` say.
    List<Message> read(Fields request) {
        String instructions = request.text("instructions");
        if (instructions != null) {
            messages.add(Message.system(instructions));
        }
        JsonNode input = request.needed("input", request.value("input"));
        if (input.isTextual()) {
            messages.add(Message.user(input.textValue()));
            return messages;
        }
        if (!input.isArray()) {
            throw request.invalid("input", "must be a string or an array of items");
        }
        if (input.size() > MOST_ITEMS) {
            throw request.invalid("input", "must have at most " + MOST_ITEMS + " items");
        }
        int before = messages.size();
        request.objects("input").forEach(this::item);
        endAssistant();
        endOutputs();
        if (messages.size() == before) {
            throw request.invalid("input", "must have at least one message");
        }
        return messages;
    }

    private void item(Fields item) {
        String type = item.text("type");
        if (type == null) {
            // Clients leave it out of messages, and of references to stored items.
            type = item.value("role") == null && item.value("id") != null ? "item_reference" : "message";
        }
        switch (type) {
            case "message" -> message(item);
            case "function_call" -> call(item, item.needed("arguments"));
            case "custom_tool_call" -> {
                String input = item.needed(OfferedTools.INPUT);
                call(item, WrittenJson.text(JsonWriter.object().put(OfferedTools.INPUT, input)));
            }
            case "function_call_output", "custom_tool_call_output" -> output(item, ContentParts.read(item, "output"));
            case "tool_search_call" -> searchCall(item);
            case "tool_search_output" -> found(item);
            case "reasoning" -> reason(item);
            case "additional_tools" -> tools.offer(item, null);
            case "item_reference" ->
                throw item.invalid("type", "item_reference needs stored items; send the item itself (store: false)");
            default -> tools.drop(type);
        }
    }

    private void message(Fields item) {
        Role role = switch (item.needed("role")) {
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw item.invalid("role", "must be one of system, developer, user, assistant");
        };
        List<Part> content = ContentParts.read(item, "content");
        if (role != Role.ASSISTANT) {
            endAssistant();
            endOutputs();
            if (!content.isEmpty()) {
                messages.add(new Message(role, content, List.of(), null, Extras.NONE));
            }
            return;
        }
        endAnswer();
        endOutputs();
        said.addAll(content);
    }

    /// What is encrypted, only its provider can read.
    private void reason(Fields item) {
        endAnswer();
        List<Fields> parts = item.objects("content");
        for (Fields part : parts.isEmpty() ? item.objects("summary") : parts) {
            reasoning.append(reasoning.isEmpty() ? "" : "\n").append(part.needed("text"));
        }
    }

    private void call(Fields item, String arguments) {
        endOutputs();
        String name = tools.upstreamName(item.text(OfferedTools.NAMESPACE), item.needed("name"));
        calls.add(new ToolCall(item.needed(CALL_ID), name, arguments));
    }

    /// Without an id, it was OpenAI's own, and the tools that it found are all that is left of it.
    private void searchCall(Fields item) {
        if (item.value(CALL_ID) != null) {
            JsonNode arguments = item.value("arguments");
            endOutputs();
            calls.add(new ToolCall(
                    item.needed(CALL_ID), OfferedTools.SEARCH, arguments == null ? "{}" : WrittenJson.text(arguments)));
        }
    }

    private void found(Fields item) {
        List<String> names = tools.offer(item, null);
        if (item.value(CALL_ID) != null) {
            output(item, List.of(new Part.Text("Found: " + String.join(", ", names))));
        }
    }

    private void output(Fields item, List<Part> content) {
        endAssistant();
        var words = new ArrayList<Part>();
        for (Part part : content) {
            (part instanceof Part.Text ? words : shown).add(part);
        }
        if (words.isEmpty()) {
            words.add(new Part.Text(""));
        }
        messages.add(new Message(Role.TOOL, words, List.of(), item.needed(CALL_ID), Extras.NONE));
    }

    /// Text without calls is whole when more text follows.
    private void endAnswer() {
        if (calls.isEmpty() && !said.isEmpty()) {
            endAssistant();
        }
    }

    private void endAssistant() {
        if (!said.isEmpty() || !calls.isEmpty()) {
            Reasoning thought = reasoning.isEmpty() ? null : new Reasoning(reasoning.toString(), null);
            messages.add(new Message(Role.ASSISTANT, said, calls, null, false, thought, Extras.NONE));
            said.clear();
            calls.clear();
        }
        reasoning.setLength(0);
    }

    /// Providers take pictures from users alone: those of outputs follow all outputs.
    private void endOutputs() {
        if (!shown.isEmpty()) {
            messages.add(new Message(Role.USER, shown, List.of(), null, Extras.NONE));
            shown.clear();
        }
    }
}
