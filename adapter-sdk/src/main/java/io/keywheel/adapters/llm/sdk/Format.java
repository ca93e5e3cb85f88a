package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.JsonReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A provider's protocol: how it is asked, and what its answers mean. Fields may be missing in any answer,
/// and be of any type. Several threads use it at once. An exception fails the attempt alone.
public interface Format {

    /// What the protocol can express. A request for anything else is not sent: it is `Unsupported`.
    ///
    /// Unless overridden: text and all of sampling but several choices.
    default Set<Capability> capabilities() {
        return EnumSet.range(Capability.TEMPERATURE, Capability.SEED);
    }

    /// The request for an answer.
    ///
    /// @throws IllegalArgumentException if the protocol cannot express it, which capabilities could not tell: the
    ///     request is `Unsupported` then
    HttpCall chat(LlmCall call, ApiKey key, boolean streamed);

    /// How a stream is cut; unless overridden, into server-sent events. An answer without a stream is one JSON value.
    default Framing framing() {
        return Framing.SERVER_SENT_EVENTS;
    }

    /// Reads one answer. Each attempt has a decoder of its own, which may keep state.
    Decoder decoder();

    /// The text of an error, in a refusal or during a stream; null where the object is no error.
    ///
    /// Unless overridden, it is in `error.message`.
    default @Nullable String error(JsonNode object) {
        return object.path("error").path("message").textValue();
    }

    /// Classifies a refusal, or an error with a status of success. It is not asked about a web page, nor about a 403
    /// that is no JSON: those come from something on the way to the provider.
    ///
    /// Unless overridden, its status says it all.
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

    /// A text as JSON; a missing node where it is none.
    static JsonNode json(String text) {
        return JsonReader.only(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sets a number that a request may have, or not.
    static void number(ObjectNode json, String name, @Nullable Object number) {
        if (number != null) {
            json.put(name, new BigDecimal(number.toString()));
        }
    }

    /// Sets what a call says of sampling, as far as it does, in fields that the protocol names so.
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
    /// @param schema what the protocol calls the latter
    static List<ObjectNode> functions(LlmCall call, String schema) {
        return Features.functions(call.conversation().tools(), schema);
    }

    /// A count that an answer may have; null where it has none.
    static @Nullable Long number(JsonNode count) {
        return count.isNumber() ? Long.valueOf(count.asLong()) : null;
    }

    /// The text of a message.
    static String text(Message message) {
        return Features.text(message);
    }

    /// Makes chunks of the values of one answer. Used on one thread.
    @FunctionalInterface
    interface Decoder {

        /// The chunk of a value, or of a whole answer, which has one piece for each choice. The last one has a
        /// finish reason; one without pieces adds nothing. Empty where the value is no part of an answer: that
        /// fails the attempt.
        Optional<Chunk> next(JsonNode value);
    }
}
