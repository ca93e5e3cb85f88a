package io.keywheel.adapters.http.answers;

import io.keywheel.domain.chat.Extras;
import io.keywheel.json.JsonReader;
import java.nio.charset.StandardCharsets;

/// What a model says instead of an answer. Providers that speak as OpenAI does send it beside the text.
final class Refusal {

    private Refusal() {}

    /// Its text, or a piece of it; empty if there is none.
    static String in(Extras extras) {
        String json = extras.fields().get("refusal");
        return json == null
                ? ""
                : JsonReader.only(json.getBytes(StandardCharsets.UTF_8)).asText("");
    }
}
