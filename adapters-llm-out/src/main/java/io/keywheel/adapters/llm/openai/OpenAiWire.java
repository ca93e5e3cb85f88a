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

/// Providers that speak OpenAI's chat completions, each in its [Dialect].
public final class OpenAiWire {

    private OpenAiWire() {}

    /// Gets ready to speak to a provider; nothing is sent yet. All keys share one pool of connections.
    ///
    /// @throws IllegalArgumentException for a base URL, key or option that cannot be used
    public static LlmPort open(ProviderSettings settings, Dialect dialect) {
        var secretRedactor = new SecretRedactor(settings.keys());
        return HttpAdapter.open(settings, new OpenAiProtocol(settings, dialect, secretRedactor), secretRedactor);
    }

    /// Where a provider departs from OpenAI: what it calls otherwise, and what it refuses although it says
    /// nothing to the model.
    ///
    /// What says something and is refused nevertheless is sent: the provider's refusal is `Unsupported`.
    ///
    /// @param limit the most tokens that an answer may have; null keeps the caller's
    /// @param roles its names for roles, where not OpenAI's
    /// @param names its names for fields of a request, where not OpenAI's
    /// @param omissions what it never gets to see
    /// @param joinsWords whether words alone go out as one string, in however many parts they came
    /// @param asksForUsage whether a stream tells its usage only when asked
    /// @param countsCached whether prompt tokens from its cache count towards its limits
    public record Dialect(
            @Nullable Limit limit,
            Map<Role, String> roles,
            Map<String, String> names,
            List<DroppedField> omissions,
            boolean joinsWords,
            boolean asksForUsage,
            boolean countsCached) {

        /// OpenAI itself, and compatible providers.
        public static final Dialect OPENAI = new Dialect(null, Map.of(), Map.of(), List.of(), false, true, true);

        public Dialect {
            roles = Map.copyOf(roles);
            names = Map.copyOf(names);
            omissions = List.copyOf(omissions);
        }

        public Dialect limitAs(String name, Map<String, Long> longest) {
            return new Dialect(
                    new Limit(name, longest), roles, names, omissions, joinsWords, asksForUsage, countsCached);
        }

        public Dialect roleAs(Role role, String name) {
            var more = new EnumMap<Role, String>(Role.class);
            more.putAll(roles);
            more.put(role, name);
            return new Dialect(limit, more, names, omissions, joinsWords, asksForUsage, countsCached);
        }

        public Dialect fieldAs(String field, String name) {
            var more = new LinkedHashMap<>(names);
            more.put(field, name);
            return new Dialect(limit, roles, more, omissions, joinsWords, asksForUsage, countsCached);
        }

        public Dialect without(Place place, String... fields) {
            return with(Arrays.stream(fields).map(field -> new DroppedField(place, field, Set.of())));
        }

        /// @param jsons values in JSON that say what absence says
        public Dialect withoutValue(Place place, String field, String... jsons) {
            return with(Stream.of(new DroppedField(place, field, Set.of(jsons))));
        }

        public Dialect withWordsJoined() {
            return new Dialect(limit, roles, names, omissions, true, asksForUsage, countsCached);
        }

        public Dialect withUsageUnasked() {
            return new Dialect(limit, roles, names, omissions, joinsWords, false, countsCached);
        }

        public Dialect withCachedUncounted() {
            return new Dialect(limit, roles, names, omissions, joinsWords, asksForUsage, false);
        }

        private Dialect with(Stream<DroppedField> more) {
            return new Dialect(
                    limit,
                    roles,
                    names,
                    Stream.concat(omissions.stream(), more).toList(),
                    joinsWords,
                    asksForUsage,
                    countsCached);
        }

        /// What is left of `fields` in a place. A null says what absence says, and strict providers
        /// refuse even that for a field they do not know.
        ///
        /// @param typed names that the vocabulary has said already
        Extras kept(Place place, Extras fields, Set<String> typed) {
            if (fields.fields().isEmpty()) {
                return fields;
            }
            var kept = new LinkedHashMap<>(fields.fields());
            kept.entrySet()
                    .removeIf(field -> typed.contains(field.getKey())
                            || field.getValue().equals("null")
                            || drops(place, field.getKey(), field.getValue()));
            return kept.size() == fields.fields().size() ? fields : new Extras(kept);
        }

        /// Whether a provider never gets to see a field.
        boolean drops(Place place, String field, String json) {
            for (DroppedField dropped : omissions) {
                if (dropped.meets(place, field, json)) {
                    return true;
                }
            }
            return false;
        }
    }

    /// Where in a request a field is.
    public enum Place {
        REQUEST,
        /// The request itself, if it offers no tools.
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
