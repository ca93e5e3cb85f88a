package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.PairedToolCalls;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Message.Reasoning;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the system prompt and the messages of a chat as Anthropic's clients write them.
///
/// Parts without content, such as empty texts, are dropped, and so are messages without other parts.
final class AnthropicMessages {

    private static final String CONTENT = "content";

    private final List<Message> read = new ArrayList<>();

    private final AnthropicBlocks blocks;

    private AnthropicMessages(UpstreamTools<String> tools) {
        blocks = new AnthropicBlocks(tools);
    }

    static List<Message> read(Fields request, UpstreamTools<String> tools) {
        var messages = new AnthropicMessages(tools);
        request.messages().forEach(messages::add);
        List<Message> paired = PairedToolCalls.of(messages.read);
        if (paired.isEmpty()) {
            throw request.invalid("messages", "must have at least one message with content");
        }
        messages.read.clear();
        messages.add(Role.SYSTEM, messages.blocks.parts(request, "system"));
        messages.read.addAll(paired);
        return messages.read;
    }

    private void add(Fields message) {
        Role role = message.oneOf("role", Role.USER, Role.ASSISTANT, Role.SYSTEM);
        JsonNode content = message.value(CONTENT);
        if (role == Role.SYSTEM || content == null || !content.isArray()) {
            add(role, blocks.parts(message, CONTENT));
        } else if (role == Role.USER) {
            addUser(message.objects(CONTENT));
        } else {
            addAssistant(message.objects(CONTENT));
        }
    }

    private void add(Role role, List<Part> parts) {
        if (!parts.isEmpty()) {
            read.add(new Message(role, parts, List.of(), null, Extras.NONE));
        }
    }

    private void addUser(List<Fields> content) {
        var parts = new ArrayList<Part>();
        for (Fields block : content) {
            if (block.required("type").equals("tool_result")) {
                read.add(result(block));
            } else {
                parts.addAll(blocks.parts(block));
            }
        }
        add(Role.USER, parts);
    }

    private Message result(Fields block) {
        String id = block.required("tool_use_id");
        boolean failed = block.flag("is_error", false);
        List<Part> content = blocks.parts(block, CONTENT);
        return new Message(Role.TOOL, content, List.of(), id, failed, null, Extras.NONE);
    }

    /// Drops redacted thinking, which only Anthropic can read. Adjacent texts become one: Anthropic splits a text at
    /// its citations, and LangChain's streams at every delta.
    private void addAssistant(List<Fields> content) {
        var parts = new ArrayList<Part>();
        var calls = new ArrayList<ToolCall>();
        var texts = new ArrayList<String>();
        Reasoning reasoning = null;
        for (Fields block : content) {
            String type = block.required("type");
            if (!type.equals("text")) {
                addTexts(texts, parts);
            }
            switch (type) {
                case "text" -> texts.add(block.textOr("text", ""));
                case "tool_use" -> calls.add(call(block));
                case "thinking" -> reasoning = append(reasoning, block);
                case "redacted_thinking" -> {}
                default -> parts.addAll(blocks.parts(block));
            }
        }
        addTexts(texts, parts);
        if (!parts.isEmpty() || !calls.isEmpty()) {
            read.add(new Message(Role.ASSISTANT, parts, calls, null, false, reasoning, Extras.NONE));
        }
    }

    private static void addTexts(List<String> texts, List<Part> parts) {
        String text = String.join("", texts);
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text));
        }
        texts.clear();
    }

    private ToolCall call(Fields block) {
        String name = UpstreamTools.name(block);
        String offered = blocks.tools().nameOf(name);
        String input = block.json("input");
        return new ToolCall(
                block.required("id"),
                offered == null ? UpstreamTools.sanitized(name) : offered,
                input == null ? "{}" : input);
    }

    private static @Nullable Reasoning append(@Nullable Reasoning before, Fields block) {
        String text = block.textOr("thinking", "");
        if (text.isEmpty()) {
            return before;
        }
        String signature = block.text("signature");
        return new Reasoning(
                before == null ? text : before.text() + "\n" + text,
                AnthropicMessageWriter.SIGNATURE.equals(signature) ? "" : signature);
    }
}
