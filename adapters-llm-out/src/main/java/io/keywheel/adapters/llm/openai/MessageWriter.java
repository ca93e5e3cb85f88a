package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.llm.openai.Dialect.Place;
import io.keywheel.adapters.llm.openai.Dialect.Trait;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the messages of a conversation in a provider's dialect.
record MessageWriter(Dialect dialect, ToolWriter tools) {

    /// Fields that are written from typed values; an extra of the same name would be a duplicate.
    private static final Set<String> TYPED_FIELDS = Set.of("role", "content", "tool_calls", "tool_call_id");

    private static final Message ANSWER = Message.assistant("OK.");

    private static final String REASONING = "reasoning_content";

    void write(List<Message> messages, JsonGenerator json) throws IOException {
        Role before = null;
        for (Message message : messages) {
            if (before == Role.TOOL && message.role() == Role.USER && dialect.has(Trait.RESULTS_ANSWERED)) {
                write(ANSWER, json);
            }
            write(message, json);
            before = message.role();
        }
    }

    private void write(Message message, JsonGenerator json) throws IOException {
        Extras extras = dialect.extrasToSend(Place.messageOf(message.role()), message.extras(), TYPED_FIELDS);
        json.writeStartObject();
        json.writeStringField("role", name(message.role()));
        writeContent(message, extras, json);
        tools.writeCalls(message.toolCalls(), json);
        if (message.toolCallId() != null) {
            json.writeStringField("tool_call_id", dialect.callId(message.toolCallId()));
        }
        // The OpenAI API has it as an extra, other APIs as typed reasoning.
        if (message.role() == Role.ASSISTANT
                && dialect.has(Trait.REASONING_RETURNED)
                && !extras.fields().containsKey(REASONING)) {
            String reasoning =
                    message.reasoning() == null ? "" : message.reasoning().text();
            // DeepSeek continues the reasoning of a message with `prefix`.
            if (!reasoning.isEmpty() || !"true".equals(extras.fields().get("prefix"))) {
                json.writeStringField(REASONING, reasoning.isEmpty() ? " " : reasoning);
            }
        }
        WrittenJson.write(extras, json);
        json.writeEndObject();
    }

    private String name(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case DEVELOPER -> dialect.has(Trait.DEVELOPER_IS_SYSTEM) ? "system" : "developer";
            case USER -> "user";
            case ASSISTANT -> "assistant";
            case TOOL -> "tool";
        };
    }

    private void writeContent(Message message, Extras extras, JsonGenerator json) throws IOException {
        List<Part> content = message.contentWithErrorPrefix();
        String text = plainText(message.role(), content);
        if (text == null) {
            json.writeArrayFieldStart("content");
            for (Part part : content) {
                writePart(message.role(), part, json);
            }
            json.writeEndArray();
        } else if (needsNullContent(message, text, extras)) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", text);
        }
    }

    /// Whether an assistant's message has no text, but tool calls or extras. llama-cpp-python #1805: content must
    /// be present nevertheless; langchainjs #8643: Cerebras requires null, and refuses an empty string.
    private boolean needsNullContent(Message message, String text, Extras extras) {
        boolean hasNoText = dialect.has(Trait.TEXT_JOINED)
                ? text.isEmpty()
                : message.content().isEmpty();
        boolean hasOtherFields =
                !message.toolCalls().isEmpty() || !extras.fields().isEmpty();
        return message.role() == Role.ASSISTANT && hasNoText && hasOtherFields;
    }

    /// The content as a plain string; null if that would lose parts or fields. Models without image input accept
    /// nothing else.
    private @Nullable String plainText(Role role, List<Part> parts) {
        if (parts.size() > 1 && !dialect.has(Trait.TEXT_JOINED)) {
            return null;
        }
        List<String> texts = new ArrayList<>(parts.size());
        for (Part part : parts) {
            if (!(part instanceof Part.Text(var text, var extras))
                    || !extrasOfText(role, extras).fields().isEmpty()) {
                return null;
            }
            texts.add(text);
        }
        return texts.size() == 1 ? texts.getFirst() : String.join("\n", texts);
    }

    private Extras extrasOfText(Role role, Extras extras) {
        return role == Role.ASSISTANT && dialect.has(Trait.COPIES_OMITTED)
                ? Extras.NONE
                : dialect.extrasToSend(Place.PART, extras, Set.of("type", "text"));
    }

    private void writePart(Role role, Part part, JsonGenerator json) throws IOException {
        json.writeStartObject();
        switch (part) {
            case Part.Text(var text, var extras) -> {
                json.writeStringField("type", "text");
                json.writeStringField("text", text);
                WrittenJson.write(extrasOfText(role, extras), json);
            }
            case Part.Image(var url, var detail, var extras) -> {
                json.writeStringField("type", "image_url");
                json.writeObjectFieldStart("image_url");
                json.writeStringField("url", url);
                if (detail != null) {
                    json.writeStringField("detail", detail);
                }
                json.writeEndObject();
                WrittenJson.write(dialect.extrasToSend(Place.PART, extras, Set.of("type", "image_url")), json);
            }
            case Part.Other(var fields) -> WrittenJson.write(dialect.extrasToSend(Place.PART, fields, Set.of()), json);
        }
        json.writeEndObject();
    }
}
