package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.llm.openai.Dialect.Place;
import io.keywheel.adapters.llm.openai.Dialect.Trait;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes requests to one model in a provider's dialect.
///
/// Writes typed fields first, then the extras in their order. Values are written raw, so numbers keep their digits.
record RequestWriter(Dialect dialect, ModelId model) {

    /// OpenAI's two names for the limit. All providers know the older one.
    private static final List<String> LIMITS = List.of("max_tokens", "max_completion_tokens");

    /// Fields that are written from typed values or by this class; an extra of the same name would be a duplicate.
    private static final Set<String> TYPED_FIELDS = Set.of(
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

    byte[] write(LlmCall call, boolean stream) {
        var tools = new ToolWriter(dialect);
        return WrittenJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("model", model.value());
            json.writeArrayFieldStart("messages");
            new MessageWriter(dialect, tools).write(call.conversation().messages(), json);
            json.writeEndArray();
            tools.write(call.conversation().tools(), json);
            writeFields(call, json);
            if (stream) {
                json.writeBooleanField("stream", true);
                if (!dialect.has(Trait.USAGE_UNREQUESTED)) {
                    writeStreamOptions(call.extras().fields().get("stream_options"), json);
                }
            }
            json.writeEndObject();
        });
    }

    private void writeFields(LlmCall call, JsonGenerator json) throws IOException {
        Place place = call.conversation().tools().isEmpty() ? Place.TOOLLESS_REQUEST : Place.REQUEST;
        Map<String, String> extras = call.extras().fields();
        Sampling sampling = call.sampling();
        Dialect.Limit limit =
                dialect.limit() != null ? dialect.limit() : new Dialect.Limit(LIMITS.getFirst(), Map.of());
        boolean limitIsExtra = dialect.limit() == null && LIMITS.stream().anyMatch(extras::containsKey);
        write("tool_choice", choice(call.conversation().toolChoice()), place, json);
        write("temperature", sampling.temperature(), place, json);
        write(limit.name(), limitIsExtra ? null : limit.of(model, sampling.maxTokens()), place, json);
        write("top_p", sampling.topP(), place, json);
        write("stop", sampling.stop().isEmpty() ? null : stops(sampling.stop()), place, json);
        write("seed", sampling.seed(), place, json);
        write("n", sampling.choices(), place, json);
        for (Map.Entry<String, String> extra : extras.entrySet()) {
            boolean isTyped = TYPED_FIELDS.contains(extra.getKey())
                    || (dialect.limit() != null && LIMITS.contains(extra.getKey()));
            write(extra.getKey(), isTyped ? null : extra.getValue(), place, json);
        }
    }

    /// @param value prints as JSON; null omits the field
    private void write(String name, @Nullable Object value, Place place, JsonGenerator json) throws IOException {
        String text = value == null ? "null" : value.toString();
        if (!text.equals("null") && !dialect.drops(place, name, text)) {
            json.writeFieldName(dialect.names().getOrDefault(name, name));
            json.writeRawValue(text);
        }
    }

    private static String stops(List<String> stops) {
        ArrayNode array = NODES.arrayNode();
        stops.forEach(array::add);
        return WrittenJson.text(array);
    }

    private static @Nullable String choice(@Nullable ToolChoice choice) {
        return switch (choice) {
            case null -> null;
            case ToolChoice.Mode mode -> '"' + mode.name().toLowerCase(Locale.ROOT) + '"';
            case ToolChoice.Function(var name) -> {
                ObjectNode function = NODES.objectNode().put("type", "function");
                function.putObject("function").put("name", name);
                yield WrittenJson.text(function);
            }
            case ToolChoice.Other(var json) -> json;
        };
    }

    /// Always requests the usage, because the gateway counts tokens even if the caller does not.
    private static void writeStreamOptions(@Nullable String requested, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("stream_options");
        json.writeBooleanField("include_usage", true);
        if (requested != null) {
            var options = JsonReader.tree(requested.getBytes(StandardCharsets.UTF_8));
            WrittenJson.write(WrittenJson.extrasExcept(options, Set.of("include_usage")), json);
        }
        json.writeEndObject();
    }
}
