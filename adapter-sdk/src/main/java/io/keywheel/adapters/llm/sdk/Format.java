package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.json.JsonReader;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A provider's protocol: its requests, and the meaning of its answers. Any field of an answer may be missing or of
/// any type. Used by several threads at once. An exception fails only the attempt.
public interface Format {

    /// The features that the protocol can express. A request that needs another feature fails with `Unsupported`,
    /// and nothing is sent.
    ///
    /// By default text, and all of sampling except several choices.
    default Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.TEMPERATURE, Capability.TOP_P, Capability.MAX_TOKENS, Capability.STOP, Capability.SEED);
    }

    /// The further fields that [#chat] carries, by OpenAI's names, as `reasoning_effort`. They need no
    /// [Capability#EXTRAS]. The call has them in its extras; only `name` is in those of a message.
    ///
    /// By default none.
    default Set<String> fields() {
        return Set.of();
    }

    /// The request for an answer.
    ///
    /// @throws IllegalArgumentException if the protocol cannot express the request although the capabilities allow
    ///     it; the attempt then fails with `Unsupported`, and its message tells the client why
    HttpCall chat(LlmCall call, ApiKey key, boolean streamed);

    /// How to split a stream; by default into server-sent events. An answer without streaming is one JSON value.
    default Framing framing() {
        return Framing.SERVER_SENT_EVENTS;
    }

    /// Creates the decoder of one answer. Each attempt has a new one, which may keep state.
    Decoder decoder();

    /// The text of an error, in a refusal or during a stream; null if the object is not an error.
    ///
    /// By default the text of `error.message`.
    default @Nullable String error(JsonNode object) {
        return object.path("error").path("message").textValue();
    }

    /// Classifies a refusal, or an error with a success status. Not called for a web page, nor for a 403 or 408
    /// that is no JSON object, because those come from an intermediary.
    ///
    /// By default, as [Refusal#byStatus].
    default Failure refusal(Refusal refusal) {
        return refusal.byStatus();
    }

    /// The remaining limits that the headers of an answer report; by default none. A rate limit of [#refusal] without
    /// limits gets them, too. If a number or a date cannot be read, an `IllegalArgumentException` or
    /// `DateTimeException` counts as no limits.
    default RateLimitStatus rateLimitStatus(Headers headers) {
        return RateLimitStatus.UNKNOWN;
    }

    /// Whether prompt tokens from the provider's cache count towards its limits.
    default boolean countsCachedTokens() {
        return true;
    }

    /// The request for the list of models. Only one is sent, so it asks for the longest page.
    HttpCall list(ApiKey key);

    /// The models of a list, which replace those of the last one. If `list` neither is an array nor has one in a
    /// field, an empty result is a failure, and the known models stay.
    List<ModelId> models(JsonNode list);

    /// The models of `rows`, each with its id in `field`. Skips invalid ids.
    static List<ModelId> ids(JsonNode rows, String field) {
        return rows.valueStream()
                .map(row -> row.path(field).asText(""))
                .filter(ModelId::isValid)
                .map(ModelId::new)
                .toList();
    }

    /// Reads a text as JSON; a missing node if it is not JSON.
    static JsonNode json(String text) {
        return JsonReader.singleValue(text);
    }

    /// Sets a number, unless it is null.
    static void number(ObjectNode json, String name, @Nullable Object number) {
        if (number != null) {
            json.put(name, new BigDecimal(number.toString()));
        }
    }

    /// Sets the sampling parameters of a call that are present, in fields of these names.
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

    /// The functions of a call, each with its `name`, and with its `description` and schema if present.
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

    /// A count in an answer; null if it is missing or beyond a `long`.
    static @Nullable Long count(JsonNode number) {
        return number.canConvertToLong() ? Long.valueOf(number.asLong()) : null;
    }

    /// The text of [Message#contentWithErrorPrefix], with a line for each of its texts.
    static String text(Message message) {
        return message.contentWithErrorPrefix().stream()
                .filter(Part.Text.class::isInstance)
                .map(part -> ((Part.Text) part).text())
                .collect(Collectors.joining("\n"));
    }

    /// A new id for a tool call without one. Clients refer to a call by its id, also in later turns.
    static String callId() {
        return "call_" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /// Converts the values of one answer into chunks. Used on one thread.
    @FunctionalInterface
    interface Decoder {

        /// The chunk of a value, or of a whole answer, which has one piece for each choice. The last chunk has
        /// a finish reason. Of several usages, the last one counts: each repeats what is known so far.
        ///
        /// [Chunk#NOTHING] for a value that adds nothing, such as a ping. Empty if the value is not part of an
        /// answer; that fails the attempt, as an exception does.
        Optional<Chunk> next(JsonNode value);
    }
}
