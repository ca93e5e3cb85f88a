package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.HttpAdapter;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Role;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Opens providers with OpenAI's chat completions API, each with its [Dialect].
public final class OpenAiWire {

    private OpenAiWire() {}

    /// Opens a port to a provider, and sends nothing yet. All keys share one connection pool.
    ///
    /// @throws IllegalArgumentException for an invalid base URL, key or option
    public static LlmPort open(ProviderSettings settings, Dialect dialect) {
        var secretRedactor = new SecretRedactor(settings.keys());
        return HttpAdapter.open(settings, new OpenAiProtocol(settings, dialect, secretRedactor), secretRedactor);
    }

    /// A provider's differences from OpenAI: other names, and fields that it refuses although they do not affect
    /// the answer.
    ///
    /// Fields that affect the answer are always sent; the provider's refusal is `Unsupported`.
    ///
    /// @param limit the limit of an answer's tokens; null keeps the caller's field
    /// @param roles the role names that differ from OpenAI's
    /// @param names the names of request fields that differ from OpenAI's
    /// @param droppedFields the fields that are not sent
    /// @param joinsText whether text-only content is sent as one string, even if it has several parts
    /// @param requestsUsage whether a stream reports its usage only on request
    /// @param countsCached whether prompt tokens from the provider's cache count towards its limits
    public record Dialect(
            @Nullable Limit limit,
            Map<Role, String> roles,
            Map<String, String> names,
            List<DroppedField> droppedFields,
            boolean joinsText,
            boolean requestsUsage,
            boolean countsCached) {

        /// OpenAI itself, and compatible providers.
        public static final Dialect OPENAI = new Dialect(null, Map.of(), Map.of(), List.of(), false, true, true);

        public Dialect {
            roles = Map.copyOf(roles);
            names = Map.copyOf(names);
            droppedFields = List.copyOf(droppedFields);
        }

        public Dialect limitAs(String name, Map<String, Long> longest) {
            return new Dialect(
                    new Limit(name, longest), roles, names, droppedFields, joinsText, requestsUsage, countsCached);
        }

        public Dialect roleAs(Role role, String name) {
            var more = new EnumMap<Role, String>(Role.class);
            more.putAll(roles);
            more.put(role, name);
            return new Dialect(limit, more, names, droppedFields, joinsText, requestsUsage, countsCached);
        }

        public Dialect fieldAs(String field, String name) {
            var more = new LinkedHashMap<>(names);
            more.put(field, name);
            return new Dialect(limit, roles, more, droppedFields, joinsText, requestsUsage, countsCached);
        }

        public Dialect without(Place place, String... fields) {
            return with(Arrays.stream(fields).map(field -> new DroppedField(place, field, Set.of())));
        }

        /// @param jsons JSON values with the same meaning as no value
        public Dialect withoutValue(Place place, String field, String... jsons) {
            return with(Stream.of(new DroppedField(place, field, Set.of(jsons))));
        }

        public Dialect withTextJoined() {
            return new Dialect(limit, roles, names, droppedFields, true, requestsUsage, countsCached);
        }

        public Dialect withoutUsageRequest() {
            return new Dialect(limit, roles, names, droppedFields, joinsText, false, countsCached);
        }

        public Dialect withoutCountingCached() {
            return new Dialect(limit, roles, names, droppedFields, joinsText, requestsUsage, false);
        }

        private Dialect with(Stream<DroppedField> more) {
            return new Dialect(
                    limit,
                    roles,
                    names,
                    Stream.concat(droppedFields.stream(), more).toList(),
                    joinsText,
                    requestsUsage,
                    countsCached);
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

        /// Whether a field is not sent.
        boolean drops(Place place, String field, String json) {
            for (DroppedField dropped : droppedFields) {
                if (dropped.matches(place, field, json)) {
                    return true;
                }
            }
            return false;
        }
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
}
