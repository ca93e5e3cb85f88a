package io.keywheel.simulator;

import static io.keywheel.simulator.ProviderError.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What Groq accepts in a body.
record GroqRules(JsonNode body) {

    private static final Set<String> PROPERTIES = Set.of("""
            model messages stream stream_options max_completion_tokens max_tokens temperature top_p seed
            stop user n tools tool_choice parallel_tool_calls functions function_call response_format
            reasoning_effort reasoning_format include_reasoning service_tier frequency_penalty
            presence_penalty metadata store logprobs top_logprobs logit_bias search_settings
            compound_custom documents citation_options exclude_domains include_domains
            disable_tool_validation""".split("\\s+"));

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool", "function");

    private static final Set<String> IN_MESSAGE = Set.of(
            "role", "content", "tool_calls", "tool_call_id", "reasoning", "function_call", "refusal", "annotations");

    private static final List<String> TIERS = List.of("auto", "on_demand", "flex", "performance");

    Optional<ProviderError> broken() {
        return Stream.of(properties(), values(), service(), messages(), reasoning())
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<ProviderError> properties() {
        return body.propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> !PROPERTIES.contains(name))
                .findFirst()
                .map(GroqErrors::unsupported);
    }

    private Optional<ProviderError> values() {
        // All three are documented as answered by 400; the words are not recorded.
        for (var name : Set.of("logprobs", "top_logprobs", "logit_bias")) {
            if (body.hasNonNull(name) && !body.path(name).equals(BooleanNode.FALSE)) {
                return Optional.of(invalid(null, "`" + name + "` is not supported with this model"));
            }
        }
        if (body.path("n").asInt(1) != 1) {
            return Optional.of(invalid(null, "'n' : number must be at most 1"));
        }
        double temperature = body.path("temperature").asDouble(1);
        if (temperature < 0 || temperature > 2) {
            return Optional.of(invalid(null, "'temperature' : number must be between 0 and 2"));
        }
        return body.path("tools").size() > 128
                ? Optional.of(invalid(null, "'tools' : maximum number of items is 128"))
                : Optional.empty();
    }

    private Optional<ProviderError> service() {
        if (!TIERS.contains(body.path("service_tier").asText("auto"))) {
            return Optional.of(invalid(null, "'service_tier' : value must be one of " + TIERS));
        }
        return body.path("response_format").path("type").asText().startsWith("json") && body.hasNonNull("tools")
                ? Optional.of(invalid(null, "json mode cannot be combined with tool/function calling"))
                : Optional.empty();
    }

    private Optional<ProviderError> messages() {
        var messages = Chat.list(body.path("messages"));
        if (messages.isEmpty()) {
            return Optional.of(invalid(null, "'messages' : minimum number of items is 1"));
        }
        for (int i = 0; i < messages.size(); i++) {
            var place = "messages." + i;
            var role = messages.get(i).path("role").asText();
            if (!ROLES.contains(role)) {
                return Optional.of(invalid(null, "'" + place + "' : discriminator property 'role' has invalid value"));
            }
            var stranger = messages.get(i)
                    .propertyStream()
                    .map(Map.Entry::getKey)
                    .filter(name -> !IN_MESSAGE.contains(name))
                    .findFirst();
            if (stranger.isPresent()) {
                return Optional.of(invalid(
                        null,
                        "'" + place + "' : for 'role:" + role + "' the following must be satisfied[('" + place
                                + "' : property '" + stranger.get() + "' is unsupported)]"));
            }
        }
        return Optional.empty();
    }

    private Optional<ProviderError> reasoning() {
        boolean reasons = new Groq()
                .models().stream()
                        .anyMatch(model -> model.id().equals(body.path("model").asText()) && model.reasons());
        if (body.hasNonNull("reasoning_effort") && !reasons) {
            return Optional.of(invalid(null, "`reasoning_effort` is not supported with this model"));
        }
        return body.hasNonNull("reasoning_format") && body.hasNonNull("include_reasoning")
                ? Optional.of(invalid(null, "`reasoning_format` and `include_reasoning` are mutually exclusive"))
                : Optional.empty();
    }
}
