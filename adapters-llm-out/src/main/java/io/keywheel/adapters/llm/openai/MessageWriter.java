package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.adapters.llm.openai.OpenAiWire.Place;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the messages of a conversation in a provider's dialect. Leaves reasoning out: both providers refuse it
/// for models without reasoning, and no model needs earlier reasoning to continue.
final class MessageWriter {

    /// Fields that are written from typed values; an extra of the same name would be a duplicate.
    private static final Set<String> TYPED = Set.of("role", "content", "tool_calls", "tool_call_id");

    private final Dialect dialect;
    private final ToolWriter tools;
    private final Map<Role, String> roles = new EnumMap<>(Role.class);

    MessageWriter(Dialect dialect) {
        this.dialect = dialect;
        this.tools = new ToolWriter(dialect);
        for (Role role : Role.values()) {
            roles.put(role, dialect.roles().getOrDefault(role, role.name().toLowerCase(Locale.ROOT)));
        }
    }

    void write(Message message, JsonGenerator json) throws IOException {
        Extras extras = dialect.kept(Place.messageOf(message.role()), message.extras(), TYPED);
        json.writeStartObject();
        json.writeStringField("role", roles.get(message.role()));
        writeContent(message, extras, json);
        tools.writeCalls(message.toolCalls(), json);
        if (message.toolCallId() != null) {
            json.writeStringField("tool_call_id", message.toolCallId());
        }
        WrittenJson.write(extras, json);
        json.writeEndObject();
    }

    private void writeContent(Message message, Extras extras, JsonGenerator json) throws IOException {
        List<Part> content = message.contentSayingFailure();
        String words = words(content);
        if (words == null) {
            json.writeArrayFieldStart("content");
            for (Part part : content) {
                writePart(part, json);
            }
            json.writeEndArray();
        } else if (isSilent(message, words, extras)) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", words);
        }
    }

    /// Whether an assistant's message has no text, but tool calls or extras. llama-cpp-python #1805: content must
    /// be present nevertheless; langchainjs #8643: Cerebras requires null, and rejects an empty string.
    private boolean isSilent(Message message, String words, Extras extras) {
        boolean wordless =
                dialect.joinsWords() ? words.isEmpty() : message.content().isEmpty();
        boolean saysMore = !message.toolCalls().isEmpty() || !extras.fields().isEmpty();
        return message.role() == Role.ASSISTANT && wordless && saysMore;
    }

    /// The content as a plain string; null if that would lose parts or fields. Models without image input accept
    /// nothing else.
    private @Nullable String words(List<Part> parts) {
        if (parts.size() > 1 && !dialect.joinsWords()) {
            return null;
        }
        List<String> words = new ArrayList<>(parts.size());
        for (Part part : parts) {
            boolean plain = part instanceof Part.Text(var _, var extras)
                    && dialect.kept(Place.PART, extras, Set.of()).fields().isEmpty();
            if (!plain) {
                return null;
            }
            words.add(((Part.Text) part).text());
        }
        return words.size() == 1 ? words.getFirst() : String.join("\n", words);
    }

    private void writePart(Part part, JsonGenerator json) throws IOException {
        json.writeStartObject();
        switch (part) {
            case Part.Text(var text, var extras) -> {
                json.writeStringField("type", "text");
                json.writeStringField("text", text);
                WrittenJson.write(dialect.kept(Place.PART, extras, Set.of("type", "text")), json);
            }
            case Part.Image(var url, var detail, var extras) -> {
                json.writeStringField("type", "image_url");
                json.writeObjectFieldStart("image_url");
                json.writeStringField("url", url);
                if (detail != null) {
                    json.writeStringField("detail", detail);
                }
                json.writeEndObject();
                WrittenJson.write(dialect.kept(Place.PART, extras, Set.of("type", "image_url")), json);
            }
            case Part.Other(var fields) -> WrittenJson.write(dialect.kept(Place.PART, fields, Set.of()), json);
        }
        json.writeEndObject();
    }
}
