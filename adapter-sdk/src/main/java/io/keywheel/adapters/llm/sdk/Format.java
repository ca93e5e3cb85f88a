package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.JsonReader;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A provider's protocol: its requests, and the meaning of its answers. In any answer, fields may be missing or of any
/// type. Several threads use a format at once. An exception fails the attempt alone.
public interface Format {

    /// What the protocol can express. The adapter sends no request for anything else: it is `Unsupported`.
    ///
    /// Unless overridden: text, and all of sampling but several choices.
    default Set<Capability> capabilities() {
        return EnumSet.range(Capability.TEMPERATURE, Capability.SEED);
    }

    /// The request for an answer.
    ///
    /// @throws IllegalArgumentException if the protocol cannot express the request although the capabilities allow
    ///     it: then it is `Unsupported`
    HttpCall chat(LlmCall call, ApiKey key, boolean streamed);

    /// How to cut a stream; unless overridden, into server-sent events. An answer without a stream is one JSON
    /// value.
    default Framing framing() {
        return Framing.SERVER_SENT_EVENTS;
    }

    /// Reads one answer. Each attempt has a decoder of its own, which may keep state.
    Decoder decoder();

    /// The text of an error, in a refusal or during a stream; null if the object is no error.
    ///
    /// Unless overridden, the text of `error.message`.
    default @Nullable String error(JsonNode object) {
        return object.path("error").path("message").textValue();
    }

    /// Classifies a refusal, or an error with a status of success. Not called for a web page, nor for a 403 or 408
    /// that is not JSON: those come from something on the way to the provider.
    ///
    /// Unless overridden, the status alone decides.
    default Failure refusal(Refusal refusal) {
        return refusal.byStatus();
    }

    /// The request for the list of models.
    HttpCall list(ApiKey key);

    /// The models of a list.
    List<ModelId> models(JsonNode list);

    /// The models of rows, each of which has its id in a field.
    static List<ModelId> ids(JsonNode rows, String field) {
        return rows.valueStream()
                .map(row -> row.path(field).asText())
                .filter(ModelId::isValid)
                .map(ModelId::new)
                .toList();
    }

    /// Reads a text as JSON; a missing node if it is not JSON.
    static JsonNode json(String text) {
        return JsonReader.only(text);
    }

    /// Sets a number, unless it is null.
    static void number(ObjectNode json, String name, @Nullable Object number) {
        if (number != null) {
            json.put(name, new BigDecimal(number.toString()));
        }
    }

    /// Sets the sampling of a call, as far as the call has it, in fields of these names.
    static void sampling(
            ObjectNode json,
            LlmCall call,
            String temperature,
            String topP,
            String maxTokens,
            String stop,
            String seed) {
        Sampling sampling = call.sampling();
        number(json, temperature, sampling.temperature());
        number(json, topP, sampling.topP());
        number(json, maxTokens, sampling.maxTokens());
        sampling.stop().forEach(text -> json.withArray(stop).add(text));
        number(json, seed, sampling.seed());
    }

    /// The functions of a call, each with its `name` and, where it has them, its `description` and its schema.
    ///
    /// @param schema the protocol's name for the schema
    static List<ObjectNode> functions(LlmCall call, String schema) {
        return call.conversation().tools().stream()
                .filter(Tool.Function.class::isInstance)
                .map(Tool.Function.class::cast)
                .map(function -> {
                    ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", function.name());
                    Optional.ofNullable(function.description()).ifPresent(text -> json.put("description", text));
                    Optional.ofNullable(function.parameters()).ifPresent(text -> json.set(schema, json(text)));
                    return json;
                })
                .toList();
    }

    /// A count of an answer; null if it is missing.
    static @Nullable Long number(JsonNode count) {
        return count.isNumber() ? Long.valueOf(count.asLong()) : null;
    }

    /// The text of a message.
    static String text(Message message) {
        return message.contentSayingFailure().stream()
                .map(part -> part instanceof Part.Text text ? text.text() : "")
                .collect(Collectors.joining());
    }

    /// Makes chunks of the values of one answer. Used on one thread.
    @FunctionalInterface
    interface Decoder {

        /// The chunk of a value, or of a whole answer, which has one piece for each choice. The last chunk has
        /// a finish reason; a chunk without pieces adds nothing. Empty if the value is no part of an answer:
        /// that fails the attempt.
        Optional<Chunk> next(JsonNode value);
    }
}
