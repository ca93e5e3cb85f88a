package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.chat.Extras;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts extras back among the fields they came with.
final class OpenAiJson {

    private OpenAiJson() {}

    /// Writes `extras`, but for the names that are said already.
    static void write(Extras extras, Set<String> said, JsonWriter json) throws IOException {
        for (Map.Entry<String, String> extra : extras.fields().entrySet()) {
            if (!said.contains(extra.getKey())) {
                json.putRaw(extra.getKey(), line(extra.getValue()));
            }
        }
    }

    /// In JSON, a line break can only be a blank between two values; in an event, it would end the data.
    static String line(String value) {
        return value.replace('\n', ' ').replace('\r', ' ');
    }

    /// What `extras` say of `name`; null where they say nothing, or null.
    static @Nullable String valueOf(String name, Extras extras) {
        String value = extras.fields().get(name);
        return value == null || value.equals("null") ? null : line(value);
    }
}
