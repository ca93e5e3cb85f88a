package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.cache.InstanceCache;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A provider that speaks OpenAI's chat completions, in its [Dialect].
///
/// All keys and instances share one pool of connections.
public final class OpenAiWire implements LlmPort {

    private final Endpoint endpoint;
    private final InstanceCache<ChatInstance> instances;

    private OpenAiWire(Endpoint endpoint, Dialect dialect) {
        this.endpoint = endpoint;
        this.instances = new InstanceCache<>(target -> new ChatInstance(endpoint, dialect, target));
    }

    /// Gets ready to speak to a provider; nothing is sent yet.
    ///
    /// @throws IllegalArgumentException for a base URL, key or option that cannot be used
    public static LlmPort open(ProviderSettings settings, Dialect dialect) {
        return new OpenAiWire(Endpoint.of(settings), dialect);
    }

    @Override
    public LlmReply complete(LlmCall call) {
        return instanceFor(call.target()).complete(call);
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        return instanceFor(call.target()).stream(call, sink);
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        return new ModelsRequest(endpoint).ask(key, timeLeft);
    }

    @Override
    public void close() {
        endpoint.transport().close();
    }

    ChatInstance instanceFor(Target target) {
        return instances.of(target);
    }

    /// Where a provider departs from OpenAI: what it calls otherwise, and what it refuses although it says
    /// nothing to the model.
    ///
    /// What does say something and is refused nevertheless is none of a dialect's business: it is sent, and
    /// the provider's refusal is `Unsupported`.
    ///
    /// @param limit its one name for the most tokens an answer may have; null keeps the caller's
    /// @param roles its names for roles, where not OpenAI's
    /// @param omissions what it never gets to see
    /// @param joinsWords whether words alone go out as one string, in however many parts they came
    /// @param asksForUsage whether a stream tells its usage only when asked
    public record Dialect(
            @Nullable String limit,
            Map<Role, String> roles,
            List<DroppedField> omissions,
            boolean joinsWords,
            boolean asksForUsage) {

        /// OpenAI itself, and whoever is compatible.
        public static final Dialect OPENAI = new Dialect(null, Map.of(), List.of(), false, true);

        public Dialect {
            roles = Map.copyOf(roles);
            omissions = List.copyOf(omissions);
        }

        public Dialect limitAs(String name) {
            return new Dialect(name, roles, omissions, joinsWords, asksForUsage);
        }

        public Dialect roleAs(Role role, String name) {
            var more = new EnumMap<Role, String>(Role.class);
            more.putAll(roles);
            more.put(role, name);
            return new Dialect(limit, more, omissions, joinsWords, asksForUsage);
        }

        public Dialect without(Place place, String... fields) {
            return with(Arrays.stream(fields).map(field -> new DroppedField(place, field, Set.of())));
        }

        /// @param jsons values in JSON that say what absence says
        public Dialect withoutValue(Place place, String field, String... jsons) {
            return with(Stream.of(new DroppedField(place, field, Set.of(jsons))));
        }

        public Dialect withWordsJoined() {
            return new Dialect(limit, roles, omissions, true, asksForUsage);
        }

        public Dialect withUsageUnasked() {
            return new Dialect(limit, roles, omissions, joinsWords, false);
        }

        private Dialect with(Stream<DroppedField> more) {
            return new Dialect(
                    limit, roles, Stream.concat(omissions.stream(), more).toList(), joinsWords, asksForUsage);
        }

        /// What is left of `fields` in a place. A null says what absence says, and strict providers refuse even
        /// that for a field they do not know.
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
                            || omissions.stream().anyMatch(droppedField -> droppedField.meets(place, field)));
            return new Extras(kept);
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
