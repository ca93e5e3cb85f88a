package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.domain.chat.Part;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the content of messages and of tools' outputs.
final class ContentParts {

    private ContentParts() {}

    /// Empty parts are left out, as long as others are left.
    static List<Part> read(Fields item, String field) {
        JsonNode content = item.needed(field, item.value(field));
        if (content.isTextual()) {
            return List.of(new Part.Text(content.textValue()));
        }
        if (!content.isArray()) {
            throw item.invalid(field, "must be a string or an array of parts");
        }
        var parts = new ArrayList<Part>();
        item.objects(field).forEach(part -> parts.add(part(part)));
        var empty = new Part.Text("");
        if (!parts.stream().allMatch(empty::equals)) {
            parts.removeIf(empty::equals);
        }
        return parts;
    }

    private static Part part(Fields part) {
        String type = part.needed("type");
        return switch (type) {
            case "input_text", "output_text", "text" -> new Part.Text(part.needed("text"));
            case "refusal" -> new Part.Text(part.needed("refusal"));
            case "input_image" -> image(part);
            case "input_file" -> file(part);
            case "input_audio" -> new Part.Other(WrittenJson.beyond(part.object(), Set.of()));
            default -> throw part.invalid("type", "'" + ToolName.allowed(type) + "' is not a part that is known");
        };
    }

    private static Part image(Fields part) {
        refuseStored(part, "file_id");
        String detail = part.text("detail");
        return new Part.Image(part.needed("image_url"), "auto".equals(detail) ? null : detail);
    }

    private static Part file(Fields part) {
        refuseStored(part, "file_id");
        ObjectNode file = JsonWriter.object().put("file_data", part.needed("file_data"));
        String name = part.text("filename");
        if (name != null) {
            file.put("filename", name);
        }
        ObjectNode chat = JsonWriter.object().put("type", "file");
        chat.set("file", file);
        return new Part.Other(WrittenJson.beyond(chat, Set.of()));
    }

    private static void refuseStored(Fields part, String field) {
        if (part.value(field) != null) {
            throw part.invalid(field, "needs stored files, and this gateway stores nothing; send the data itself");
        }
    }
}
