package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.json.Fields;
import java.util.ArrayList;
import java.util.List;

/// Reads the texts that end an answer: one, or an array of a few.
public final class StopSequences {

    private static final int MOST = 4;

    private StopSequences() {}

    public static List<String> read(Fields request) {
        JsonNode value = request.value("stop");
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(nonEmpty(request, "stop", value));
        }
        if (value.size() > MOST) {
            throw request.invalid("stop", "must be a string or at most " + MOST + " of them");
        }
        var texts = new ArrayList<String>();
        for (int i = 0; i < value.size(); i++) {
            texts.add(nonEmpty(request, "stop[" + i + "]", value.get(i)));
        }
        return texts;
    }

    private static String nonEmpty(Fields request, String name, JsonNode value) {
        if (!value.isTextual()) {
            throw request.invalid(name, "must be a string");
        }
        if (value.textValue().isEmpty()) {
            throw request.invalid(name, "must not be empty");
        }
        return value.textValue();
    }
}
