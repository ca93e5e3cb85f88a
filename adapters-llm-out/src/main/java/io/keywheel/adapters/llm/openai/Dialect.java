package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.HttpAdapter;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.routing.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A provider's differences from OpenAI's chat completions API: other names, and fields that it refuses although
/// they do not affect the answer.
///
/// Fields that affect the answer are always sent; the provider's refusal is `Unsupported`.
///
/// @param limit the limit of an answer's tokens; null keeps the caller's field
/// @param names the names of request fields that differ from OpenAI's
/// @param droppedFields the fields that are not sent
/// @param traits the differences without a name or value
public record Dialect(
        @Nullable Limit limit, Map<String, String> names, List<DroppedField> droppedFields, Set<Trait> traits) {

    public Dialect {
        names = Map.copyOf(names);
        droppedFields = List.copyOf(droppedFields);
        traits = Set.copyOf(traits);
    }

    private static final Pattern SHORT_CALL_ID = Pattern.compile("[a-zA-Z0-9]{9}");

    /// OpenAI itself, and compatible providers.
    public static final Dialect OPENAI = new Dialect(null, Map.of(), List.of(), Set.of());

    /// What Groq and Cerebras refuse alike. The sources are recorded refusals and documents of both.
    ///
    /// They answer 400 to every unknown property. So properties that do not affect the answer are left out
    /// here. All others are sent unchanged, so that the provider itself refuses them.
    public static final Dialect STRICT = OPENAI
            // Typed by groq-sdk 1.6.0, but one name for both roles keeps a conversation portable. Cerebras' docs do
            // not have it; on gpt-oss, system already has that level.
            .with(Trait.DEVELOPER_IS_SYSTEM)
            // From models without image input. Groq, recorded 2024-11: 'messages.4.content' : value must be a string.
            // Cerebras, 2025-08: messages.0.system.content: Input should be a valid string.
            .with(Trait.TEXT_JOINED)
            .with(Trait.COPIES_OMITTED)
            // Groq, recorded 2025-09 and 2026-02: usage comes anyway; include_usage only adds a chunk. Cerebras,
            // 2026-04: usage comes with the last chunk anyway; include_usage has no effect.
            .with(Trait.USAGE_UNREQUESTED)
            // Typed by groq-sdk 1.6.0 as "not currently supported"; storage at OpenAI does not affect an answer.
            // Cerebras, recorded 2026-07-02: store: property 'store' is unsupported.
            .without(Place.REQUEST, "store", "metadata")
            // Hints for a cache that needs none, or for abuse detection. Unknown to Cerebras' SDK 1.91.0.
            .without(Place.REQUEST, "prompt_cache_retention", "prompt_cache_options", "safety_identifier")
            // Both, 2026: property 'cache_control' is unsupported. Cache hints for Anthropic, and for OpenAI
            // (openai-node 7.57), which SDKs put everywhere.
            .without(Place.ANYWHERE, "cache_control", "prompt_cache_breakpoint")
            // Groq's API reference, Cerebras' older docs and reports (2026-04): 400 if present; these values request
            // nothing.
            .withoutValue(Place.REQUEST, "logprobs", "false")
            .withoutValue(Place.REQUEST, "top_logprobs", "0")
            .withoutValue(Place.REQUEST, "logit_bias", "{}")
            .withoutValue(Place.REQUEST, "n", "1")
            // Groq's name for the default of qwen3.6. Both refuse it for all their other models.
            .withoutValue(Place.REQUEST, "reasoning_effort", "\"default\"")
            // Unknown to both SDKs; all answers are text.
            .withoutValue(Place.REQUEST, "modalities", "[\"text\"]")
            // Without tools, these fields have no effect. Docs of Cerebras' API version 2, the default since
            // 2026-07-21: tool_choice without tools gives 400.
            .withoutValue(Place.TOOLLESS_REQUEST, "tool_choice", "\"none\"", "\"auto\"")
            .without(Place.TOOLLESS_REQUEST, "parallel_tool_calls")
            // Groq, recorded 2024-07 to 2026-09: 'messages.2' : ... property 'reasoning_content' is unsupported.
            // Cerebras, 2026-05 to 2026-09: messages.2.assistant.reasoning_content: property ... is unsupported.
            // Cerebras and Groq's reasoning models accept "reasoning", but no model needs earlier reasoning to
            // continue, and other providers refuse it. "reasoning_details" is OpenRouter's.
            .without(Place.ASSISTANT_MESSAGE, "reasoning", "reasoning_content", "reasoning_details")
            // Fields that clients copy from an answer into the history. Streams of Groq's gpt-oss have "channel"
            // (recorded 2026-02); GitHub's Copilot CLI 1.0.102 returns it in the message.
            .without(Place.ASSISTANT_MESSAGE, "annotations", "channel", "executed_tools", "refusal")
            // Both, reported 2026: property 'extra_content' is unsupported. Gemini's signature of its reasoning.
            .without(Place.ASSISTANT_MESSAGE, "extra_content")
            .without(Place.TOOL_CALL, "extra_content");

    /// A difference that needs no name or value.
    public enum Trait {
        /// The role `developer` is sent as `system`.
        DEVELOPER_IS_SYSTEM,
        /// Text-only content is sent as one string, even if it has several parts.
        TEXT_JOINED,
        /// Text parts of an assistant message are sent with `type` and `text` only. OpenAI's Agents SDK 0.20
        /// (JavaScript) copies the answer's other fields, such as `role` and `tool_calls`, into the text part.
        COPIES_OMITTED,
        /// A stream reports its usage without a request.
        USAGE_UNREQUESTED,
        /// Earlier reasoning is returned as `reasoning_content`, a blank if there is none. Most providers do not need
        /// it, and refuse it.
        REASONING_RETURNED,
        /// Ids of tool calls have nine letters and digits.
        SHORT_CALL_IDS,
        /// A short assistant message is inserted between tool results and a user message that follows them.
        RESULTS_ANSWERED,
        /// Prompt tokens from the provider's cache do not count towards its limits.
        CACHED_TOKENS_UNCOUNTED
    }

    /// The place of a field in a request.
    public enum Place {
        REQUEST,
        /// The request itself, if it has no tools.
        TOOLLESS_REQUEST,
        SYSTEM_MESSAGE,
        USER_MESSAGE,
        ASSISTANT_MESSAGE,
        TOOL_MESSAGE,
        PART,
        TOOL,
        TOOL_CALL,
        ANYWHERE;

        static Place messageOf(Role role) {
            return switch (role) {
                case SYSTEM, DEVELOPER -> SYSTEM_MESSAGE;
                case USER -> USER_MESSAGE;
                case ASSISTANT -> ASSISTANT_MESSAGE;
                case TOOL -> TOOL_MESSAGE;
            };
        }
    }

    /// @param name the provider's only name for the most tokens of an answer
    /// @param longest the most tokens of an answer by model id; a higher limit, which the provider would refuse, is
    ///     reduced to this
    record Limit(String name, Map<String, Long> longest) {

        Limit {
            longest = Map.copyOf(longest);
        }

        /// The limit to send; null for none.
        @Nullable
        Long of(ModelId model, @Nullable Long requested) {
            return requested == null
                    ? null
                    : Long.valueOf(Math.min(requested, longest.getOrDefault(model.value(), requested)));
        }
    }

    /// @param values the JSON values with which the field is dropped; empty for any value
    private record DroppedField(Place place, String field, Set<String> values) {

        private boolean matches(Place where, String name, String json) {
            return (place == where
                            || place == Place.ANYWHERE
                            || (place == Place.REQUEST && where == Place.TOOLLESS_REQUEST))
                    && field.equals(name)
                    && (values.isEmpty() || values.contains(json));
        }
    }

    /// Opens a port to a provider, and sends nothing yet. All keys share its connections.
    ///
    /// @throws IllegalArgumentException for an invalid base URL, key or option
    public LlmPort open(ProviderSettings settings) {
        var secretRedactor = new SecretRedactor(settings.keys());
        return HttpAdapter.open(settings, new OpenAiProtocol(settings, this, secretRedactor), secretRedactor);
    }

    /// A copy that has `trait`, too.
    public Dialect with(Trait trait) {
        var more = EnumSet.of(trait);
        more.addAll(traits);
        return new Dialect(limit, names, droppedFields, more);
    }

    /// A copy that sends the limit of an answer's tokens as `name`, at most that of `longest` for the model's id.
    public Dialect limitAs(String name, Map<String, Long> longest) {
        return new Dialect(new Limit(name, longest), names, droppedFields, traits);
    }

    /// A copy that sends OpenAI's request field `field` as `name`.
    public Dialect fieldAs(String field, String name) {
        var more = new HashMap<>(names);
        more.put(field, name);
        return new Dialect(limit, more, droppedFields, traits);
    }

    /// A copy that does not send these fields at `place`.
    public Dialect without(Place place, String... fields) {
        return without(Arrays.stream(fields).map(field -> new DroppedField(place, field, Set.of())));
    }

    /// As [#without], but only for these JSON values, which mean the same as no value.
    public Dialect withoutValue(Place place, String field, String... jsons) {
        return without(Stream.of(new DroppedField(place, field, Set.of(jsons))));
    }

    private Dialect without(Stream<DroppedField> more) {
        return new Dialect(
                limit, names, Stream.concat(droppedFields.stream(), more).toList(), traits);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /// The id to send for a tool call. Equal ids stay equal, so that each result still matches its call.
    String callId(String id) {
        return has(Trait.SHORT_CALL_IDS) && !SHORT_CALL_ID.matcher(id).matches()
                ? UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace("-", "")
                        .substring(0, 9)
                : id;
    }

    /// The extras to send of `fields` at a place. Null values are left out like absent ones, because strict
    /// providers refuse even a null for an unknown field.
    ///
    /// @param typed names of fields that are already written from typed values
    Extras extrasToSend(Place place, Extras fields, Set<String> typed) {
        if (fields.fields().isEmpty()) {
            return fields;
        }
        var sent = new LinkedHashMap<>(fields.fields());
        sent.entrySet()
                .removeIf(field -> typed.contains(field.getKey())
                        || field.getValue().equals("null")
                        || drops(place, field.getKey(), field.getValue()));
        return sent.size() == fields.fields().size() ? fields : new Extras(sent);
    }

    boolean drops(Place place, String field, String json) {
        for (DroppedField dropped : droppedFields) {
            if (dropped.matches(place, field, json)) {
                return true;
            }
        }
        return false;
    }
}
