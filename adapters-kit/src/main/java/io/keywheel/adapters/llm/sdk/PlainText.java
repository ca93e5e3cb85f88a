package io.keywheel.adapters.llm.sdk;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Plain words, and what is more than that.
final class PlainText {

    /// Fields of OpenAI's that say nothing to the model: nobody misses them.
    private static final Set<String> IDLE = Set.of(
            "stream_options", "user", "store", "metadata", "service_tier", "parallel_tool_calls", "prompt_cache_key");

    private PlainText() {}

    static String of(Message message) {
        return message.content().stream()
                .map(part -> part instanceof Part.Text text ? text.text() : "")
                .collect(Collectors.joining());
    }

    /// The first thing that is more than words and how to choose them, as OpenAI calls it.
    static Optional<String> beyond(LlmCall call) {
        Conversation conversation = call.conversation();
        Integer choices = call.sampling().choices();
        if (!conversation.tools().isEmpty() || conversation.messages().stream().anyMatch(PlainText::usesTools)) {
            return Optional.of("tools");
        }
        if (choices != null && choices > 1) {
            return Optional.of("n");
        }
        return conversation.messages().stream()
                .flatMap(message -> message.content().stream())
                .flatMap(part -> beyond(part).stream())
                .findFirst()
                .or(() -> call.extras().fields().entrySet().stream()
                        .filter(field -> !field.getValue().equals("null"))
                        .map(Map.Entry::getKey)
                        .filter(name -> !IDLE.contains(name))
                        .findFirst());
    }

    private static boolean usesTools(Message message) {
        return !message.toolCalls().isEmpty() || message.toolCallId() != null;
    }

    private static Optional<String> beyond(Part part) {
        return switch (part) {
            case Part.Text _ -> Optional.empty();
            case Part.Image _ -> Optional.of("image_url");
            case Part.Other(var fields) -> Optional.of(fields.fields().getOrDefault("type", "a part without a type"));
        };
    }
}
