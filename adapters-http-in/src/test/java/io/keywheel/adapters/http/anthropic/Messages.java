package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/// What Anthropic's clients send, and what they get.
final class Messages {

    static final String PATH = "/v1/messages";
    static final String HELLO =
            "{\"model\":\"auto\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    static final String STREAM = "{\"stream\":true," + HELLO.substring(1);

    private Messages() {}

    /// As `start 0 tool_use c1 f`, `delta 0 {}` and `stop 0`, one after the other.
    static String inShort(List<JsonNode> events) {
        return events.stream().map(Messages::inShort).collect(Collectors.joining(" | "));
    }

    private static String inShort(JsonNode event) {
        String type = event.path("type").textValue();
        String place = event.path("index").asText();
        return switch (type) {
            case "content_block_start" -> "start " + place + " " + said(event.path("content_block"));
            case "content_block_delta" ->
                "delta " + place + " "
                        + event.path("delta").properties().stream()
                                .skip(1)
                                .map(field -> field.getValue().asText())
                                .findFirst()
                                .orElse("");
            case "content_block_stop" -> "stop " + place;
            case "message_delta" -> type + " " + event.at("/delta/stop_reason").textValue();
            default -> type;
        };
    }

    private static String said(JsonNode block) {
        return (block.path("type").asText() + " " + block.path("id").asText() + " "
                        + block.path("name").asText())
                .strip();
    }
}
