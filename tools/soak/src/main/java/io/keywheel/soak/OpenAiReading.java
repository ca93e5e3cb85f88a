package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads OpenAI's door: whole and streamed.
final class OpenAiReading {

    private static final String DONE = "[DONE]";
    private static final Set<Integer> REFUSALS = Set.of(400, 413, 418, 422);

    private OpenAiReading() {}

    static Said whole(Received received) {
        JsonNode body = Json.read(String.join("\n", received.lines()));
        JsonNode choice = body.path("choices").path(0);
        return new Said(
                Json.text(choice.path("message").path("content")),
                received.speaker(),
                choice.path("finish_reason").textValue(),
                error(received, body),
                received.raw());
    }

    static Said stream(Received received) {
        if (received.status() != 200) {
            return whole(received);
        }
        List<String> events = received.events();
        var content = new StringBuilder();
        String finish = null;
        String error = null;
        for (String event : events) {
            JsonNode chunk = Json.read(event);
            JsonNode choice = chunk.path("choices").path(0);
            content.append(Json.text(choice.path("delta").path("content")));
            finish = choice.path("finish_reason").isTextual()
                    ? choice.path("finish_reason").textValue()
                    : finish;
            error = chunk.has("error") ? error(received, chunk) : error;
        }
        boolean done = !events.isEmpty() && events.getLast().equals(DONE);
        return new Said(content.toString(), received.speaker(), done ? finish : null, error, received.raw());
    }

    /// The refusals of a provider have its own codes, or none.
    private static @Nullable String error(Received received, JsonNode body) {
        if (!body.has("error")) {
            return null;
        }
        boolean refused = received.asked() && REFUSALS.contains(received.status());
        return refused ? "rejected" : body.path("error").path("code").asText("an error without a code");
    }
}
