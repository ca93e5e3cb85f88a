package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.json.WrittenJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request says beside its messages and tools, by OpenAI's names and as JSON.
final class RequestFields {

    /// OpenAI's two names for the limit. The older one is the one that all know.
    private static final List<String> LIMITS = List.of("max_tokens", "max_completion_tokens");

    /// What the vocabulary says, or the transport; an extra of such a name would say it twice.
    private static final Set<String> TYPED = Set.of(
            "model",
            "messages",
            "tools",
            "tool_choice",
            "stream",
            "stream_options",
            "temperature",
            "top_p",
            "stop",
            "seed",
            "n");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RequestFields() {}

    /// @param limit the provider's name for the limit; null for the caller's own, which is among the extras
    static Extras of(LlmCall call, @Nullable String limit) {
        var extras = new LinkedHashMap<>(call.extras().fields());
        extras.keySet().removeAll(TYPED);
        if (limit != null) {
            extras.keySet().removeAll(LIMITS);
        }
        var fields = new LinkedHashMap<String, String>();
        put("tool_choice", choice(call.conversation().toolChoice()), fields);
        putSampling(call.sampling(), limitName(limit, extras), fields);
        fields.putAll(extras);
        return new Extras(fields);
    }

    private static @Nullable String limitName(@Nullable String limit, Map<String, String> extras) {
        if (limit != null) {
            return limit;
        }
        return LIMITS.stream().anyMatch(extras::containsKey) ? null : LIMITS.getFirst();
    }

    /// @param limit null to leave it out
    private static void putSampling(Sampling sampling, @Nullable String limit, Map<String, String> fields) {
        put("temperature", sampling.temperature(), fields);
        if (limit != null) {
            put(limit, sampling.maxTokens(), fields);
        }
        put("top_p", sampling.topP(), fields);
        if (!sampling.stop().isEmpty()) {
            ArrayNode stops = NODES.arrayNode();
            sampling.stop().forEach(stops::add);
            put("stop", stops, fields);
        }
        put("seed", sampling.seed(), fields);
        put("n", sampling.choices(), fields);
    }

    /// @param json prints as JSON; null says nothing
    private static void put(String name, @Nullable Object json, Map<String, String> fields) {
        if (json != null) {
            fields.put(name, json instanceof JsonNode node ? WrittenJson.text(node) : json.toString());
        }
    }

    private static @Nullable Object choice(@Nullable ToolChoice choice) {
        return switch (choice) {
            case null -> null;
            case ToolChoice.Mode mode -> NODES.textNode(mode.name().toLowerCase(Locale.ROOT));
            case ToolChoice.Function(var name) -> {
                ObjectNode function = NODES.objectNode().put("type", "function");
                function.putObject("function").put("name", name);
                yield function;
            }
            case ToolChoice.Other(var json) -> json;
        };
    }
}
