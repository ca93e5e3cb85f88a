package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.json.Fields;
import io.keywheel.domain.chat.Part;
import io.keywheel.json.WrittenJson;
import java.util.List;
import java.util.Set;

/// Reads what a message says: words, or an array of parts.
public final class MessageParts {

    private static final String TEXT = "text";
    private static final String IMAGE = "image_url";

    private MessageParts() {}

    /// Empty where there is no content, or null.
    public static List<Part> read(Fields message) {
        JsonNode content = message.value("content");
        if (content == null) {
            return List.of();
        }
        if (content.isTextual()) {
            return List.of(new Part.Text(content.textValue()));
        }
        if (!content.isArray()) {
            throw message.invalid("content", "must be a string or an array of parts");
        }
        if (content.isEmpty()) {
            throw message.invalid("content", "must have at least one part");
        }
        return message.objects("content").stream().map(MessageParts::part).toList();
    }

    private static Part part(Fields fields) {
        return switch (fields.needed("type")) {
            case TEXT -> new Part.Text(fields.needed(TEXT), WrittenJson.beyond(fields.object(), Set.of("type", TEXT)));
            case IMAGE -> image(fields);
            default -> other(fields);
        };
    }

    /// A picture; some clients write its address alone.
    private static Part image(Fields fields) {
        var extras = WrittenJson.beyond(fields.object(), Set.of("type", IMAGE));
        JsonNode said = fields.value(IMAGE);
        if (said != null && said.isTextual()) {
            return new Part.Image(said.textValue(), null, extras);
        }
        Fields image = fields.needed(IMAGE, fields.inner(IMAGE));
        var part = new Part.Image(image.needed("url"), image.text("detail"), extras);
        return image.saysMoreThan(Set.of("url", "detail")) ? other(fields) : part;
    }

    private static Part other(Fields fields) {
        return new Part.Other(WrittenJson.beyond(fields.object(), Set.of()));
    }
}
