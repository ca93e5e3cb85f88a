package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What Cerebras accepts in a body, by its API's version 2.
record CerebrasRules(Chat chat) {

    private static final Set<String> PROPERTIES = Set.of("""
            model messages stream stream_options max_completion_tokens max_tokens temperature top_p seed
            stop user n tools tool_choice parallel_tool_calls response_format reasoning_effort
            reasoning_format service_tier frequency_penalty presence_penalty logprobs top_logprobs
            logit_bias prompt_cache_key metadata""".split("\\s+"));

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private static final Set<String> IN_MESSAGE =
            Set.of("role", "content", "name", "tool_calls", "tool_call_id", "reasoning", "refusal");

    /// OpenAI's bound; its own is not recorded.
    private static final int MOST_CHOICES = 128;

    private static final List<String> TIERS = List.of("auto", "default", "flex", "priority");

    Optional<ProviderError> broken() {
        return Stream.of(properties(), values(), messages(), toolMessages())
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<ProviderError> properties() {
        return chat.body()
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> !PROPERTIES.contains(name))
                .findFirst()
                .map(name -> CerebrasErrors.unsupported(name, name));
    }

    private Optional<ProviderError> values() {
        var body = chat.body();
        if (body.hasNonNull("max_tokens") && body.hasNonNull("max_completion_tokens")) {
            return invalid("max_tokens and max_completion_tokens cannot both be set");
        }
        if (body.hasNonNull("tool_choice") && chat.tools().isEmpty()) {
            return invalid("tool_choice: tool_choice requires tools");
        }
        if (chat.choices() < 1 || chat.choices() > MOST_CHOICES) {
            return invalid("n: must be from 1 to " + MOST_CHOICES);
        }
        if (!TIERS.contains(body.path("service_tier").asText("auto"))) {
            return invalid("service_tier: must be one of " + TIERS);
        }
        double temperature = body.path("temperature").asDouble(1);
        if (temperature < 0 || temperature > 2) {
            return invalid("temperature: must be between 0 and 2");
        }
        var effort = body.path("reasoning_effort").asText("low");
        var efforts = chat.model().startsWith("gpt-oss")
                ? Set.of("low", "medium", "high")
                : Set.of("none", "low", "medium", "high");
        return efforts.contains(effort)
                ? Optional.empty()
                : invalid("reasoning_effort: '" + effort + "' is not supported by this model");
    }

    private Optional<ProviderError> messages() {
        var messages = chat.messages();
        if (messages.isEmpty()) {
            return invalid("messages: at least one message is required");
        }
        for (int i = 0; i < messages.size(); i++) {
            var role = messages.get(i).path("role").asText();
            if (!ROLES.contains(role)) {
                return invalid("messages." + i + ".role: unknown role '" + role + "'");
            }
            var stranger = messages.get(i)
                    .propertyStream()
                    .map(Map.Entry::getKey)
                    .filter(name -> !IN_MESSAGE.contains(name))
                    .findFirst();
            if (stranger.isPresent()) {
                var where = "messages." + i + "." + role + "." + stranger.get();
                return Optional.of(CerebrasErrors.unsupported(where, stranger.get()));
            }
        }
        return Optional.empty();
    }

    /// Each call of an assistant is answered by one tool message right after it, and nothing else is.
    private Optional<ProviderError> toolMessages() {
        var awaited = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (var message : chat.messages()) {
            if (message.path("role").asText().equals("tool")) {
                if (!awaited.remove(message.path("tool_call_id").asText())) {
                    return invalid("messages: a tool message answers no tool call");
                }
            } else if (!awaited.isEmpty()) {
                return invalid("messages: a tool call is not followed by its tool message");
            }
            for (var id : calls(message)) {
                if (!seen.add(id)) {
                    return invalid("messages: a tool call id is used twice");
                }
                awaited.add(id);
            }
        }
        return awaited.isEmpty()
                ? Optional.empty()
                : invalid("messages: a tool call is not followed by its tool message");
    }

    private static List<String> calls(JsonNode message) {
        return Chat.list(message.path("tool_calls")).stream()
                .map(call -> call.path("id").asText())
                .toList();
    }

    private static Optional<ProviderError> invalid(String message) {
        return Optional.of(CerebrasErrors.invalid(message));
    }
}
