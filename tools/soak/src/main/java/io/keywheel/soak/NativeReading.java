package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the native door: whole, streamed, and over a WebSocket.
final class NativeReading {

    private NativeReading() {}

    static Said whole(Received received) {
        JsonNode body = Json.read(String.join("\n", received.lines()));
        return said(Json.text(body.path("content")), body, speaker(received, body), received.raw());
    }

    static Said stream(Received received) {
        if (received.status() != 200) {
            return whole(received);
        }
        List<JsonNode> events = received.events().stream().map(Json::read).toList();
        JsonNode last = events.isEmpty() ? Json.read("") : events.getLast();
        return said(content(events), last, speaker(received, last), received.raw());
    }

    /// @param messages of one chat
    static Said socket(List<JsonNode> messages) {
        JsonNode last = messages.isEmpty() ? Json.read("") : messages.getLast();
        return said(content(messages), last, speaker(last), messages.toString());
    }

    private static Said said(String content, JsonNode last, @Nullable String speaker, String raw) {
        return new Said(
                content,
                speaker,
                last.path("finish_reason").textValue(),
                last.path("code").textValue(),
                raw);
    }

    private static String content(List<JsonNode> events) {
        var content = new StringBuilder();
        events.forEach(event -> content.append(Json.text(event.path("content"))));
        return content.toString();
    }

    /// Head and body must not contradict each other.
    private static @Nullable String speaker(Received received, JsonNode last) {
        String told = speaker(last);
        return told != null && told.equals(received.speaker()) ? told : null;
    }

    private static @Nullable String speaker(JsonNode last) {
        return last.has("provider") && last.has("model")
                ? last.path("provider").asText() + "/" + last.path("model").asText()
                : null;
    }
}
