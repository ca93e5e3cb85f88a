package io.keywheel.simulator.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

public record Chat(JsonNode body) {

    /// The requested model; empty if none.
    public String model() {
        return body.path("model").asText();
    }

    public boolean stream() {
        return body.path("stream").asBoolean(false);
    }

    boolean includeUsage() {
        return body.path("stream_options").path("include_usage").asBoolean(false);
    }

    int choices() {
        return body.path("n").asInt(1);
    }

    boolean logprobs() {
        return body.path("logprobs").asBoolean(false);
    }

    int topLogprobs() {
        return body.path("top_logprobs").asInt(0);
    }

    boolean wantsJson() {
        return body.path("response_format").path("type").asText("text").startsWith("json");
    }

    List<JsonNode> messages() {
        return body.path("messages").valueStream().toList();
    }

    List<JsonNode> tools() {
        return body.path("tools").valueStream().toList();
    }

    boolean offers(String tool) {
        return tools().stream()
                .anyMatch(each -> each.path("function").path("name").asText().equals(tool));
    }

    /// The text of the last message not from the assistant; empty if there is none.
    String question() {
        return messages().reversed().stream()
                .filter(message -> !message.path("role").asText().equals("assistant"))
                .map(Chat::text)
                .findFirst()
                .orElse("");
    }

    boolean endsWithTool() {
        var messages = messages();
        return !messages.isEmpty() && messages.getLast().path("role").asText().equals("tool");
    }

    int promptTokens() {
        return prompt().size();
    }

    /// The tokens of the prompt in reading order, tools first. The role and separators of each message count as
    /// four tokens.
    public List<String> prompt() {
        var prompt = new ArrayList<String>();
        tools().forEach(tool -> prompt.addAll(Tokens.of(tool.toString())));
        for (JsonNode message : messages()) {
            prompt.add(message.path("role").asText());
            prompt.add(message.path("tool_calls").toString());
            prompt.addAll(List.of("", ""));
            prompt.addAll(Tokens.of(text(message)));
        }
        return prompt;
    }

    public OptionalInt maxTokens() {
        var limit =
                body.hasNonNull("max_completion_tokens") ? body.path("max_completion_tokens") : body.path("max_tokens");
        return limit.isInt() ? OptionalInt.of(limit.asInt()) : OptionalInt.empty();
    }

    private static String text(JsonNode message) {
        var content = message.path("content");
        if (!content.isArray()) {
            return content.asText("");
        }
        return content.valueStream()
                .map(part -> part.path("text").asText(""))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
