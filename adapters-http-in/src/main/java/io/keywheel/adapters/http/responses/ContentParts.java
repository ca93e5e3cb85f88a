package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.domain.chat.Part;
import io.keywheel.json.WrittenJson;
import java.util.List;
import java.util.Set;

final class ContentParts {

    private ContentParts() {}

    static List<Part> read(Fields item, String field) {
        return item.nonEmptyContent(field, "parts", part -> List.of(part(part)));
    }

    private static Part part(Fields part) {
        String type = part.required("type");
        return switch (type) {
            case "input_text", "output_text", "text" -> new Part.Text(part.textOr("text", ""));
            case "refusal" -> new Part.Text(part.textOr("refusal", ""));
            case "input_image" -> image(part);
            case "input_file" -> file(part);
            case "input_audio" -> new Part.Other(part.extrasExcept());
            default ->
                throw part.invalid("type", "'" + UpstreamTools.sanitized(type) + "' is not a part that is known");
        };
    }

    private static Part image(Fields part) {
        refuseStored(part);
        String detail = part.text("detail");
        return new Part.Image(part.required("image_url"), "auto".equals(detail) ? null : detail);
    }

    private static Part file(Fields part) {
        refuseStored(part);
        if (part.value("file_url") != null) {
            throw part.invalid(
                    "file_url",
                    "is not supported, since this gateway fetches no files; send the data itself as file_data");
        }
        ObjectNode file = JsonWriter.object().put("file_data", part.required("file_data"));
        String name = part.text("filename");
        if (name != null) {
            file.put("filename", name);
        }
        ObjectNode chat = JsonWriter.object().put("type", "file");
        chat.set("file", file);
        return new Part.Other(WrittenJson.extrasExcept(chat, Set.of()));
    }

    private static void refuseStored(Fields part) {
        if (part.value("file_id") != null) {
            throw part.invalid("file_id", "needs stored files, and this gateway stores nothing; send the data itself");
        }
    }
}
