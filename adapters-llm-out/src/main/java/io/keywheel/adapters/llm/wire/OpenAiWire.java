package io.keywheel.adapters.llm.wire;

import io.keywheel.adapters.llm.cache.KeptInstances;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A provider that speaks OpenAI's chat completions, in its [Dialect].
///
/// All keys and instances share one pool of connections.
public final class OpenAiWire implements LlmPort {

    private final Endpoint endpoint;
    private final KeptInstances<ChatInstance> instances;

    private OpenAiWire(Endpoint endpoint, Dialect dialect) {
        this.endpoint = endpoint;
        this.instances = new KeptInstances<>(target -> new ChatInstance(endpoint, dialect, target));
    }

    /// Gets ready to speak to a provider; nothing is sent yet.
    ///
    /// @throws IllegalArgumentException for a base URL, key or option that cannot be used
    public static LlmPort open(ProviderSettings settings, Dialect dialect) {
        return new OpenAiWire(Endpoint.of(settings), dialect);
    }

    @Override
    public LlmReply complete(LlmCall call) {
        return instances.of(call.target()).complete(call);
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        return instances.of(call.target()).stream(call, sink);
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        return new ModelsQuestion(endpoint).ask(key, timeLeft);
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
    /// @param maxTokens its name for the most tokens an answer may have
    /// @param roles its names for roles, where not OpenAI's
    /// @param dropped fields never sent
    /// @param droppedValues by field, values in JSON that say what absence says
    /// @param droppedIn by role, fields of a message never sent
    /// @param asksForUsage whether a stream tells its usage only when asked
    public record Dialect(
            String maxTokens,
            Map<Role, String> roles,
            Set<String> dropped,
            Map<String, Set<String>> droppedValues,
            Map<Role, Set<String>> droppedIn,
            boolean asksForUsage) {

        /// OpenAI itself, and whoever is compatible. The older name of the limit is the one that all of them know.
        public static final Dialect OPENAI = new Dialect("max_tokens", Map.of(), Set.of(), Map.of(), Map.of(), true);

        public Dialect {
            roles = Map.copyOf(roles);
            dropped = Set.copyOf(dropped);
            droppedValues = Map.copyOf(droppedValues);
            droppedIn = Map.copyOf(droppedIn);
        }

        public Dialect maxTokensAs(String name) {
            return new Dialect(name, roles, dropped, droppedValues, droppedIn, asksForUsage);
        }

        public Dialect roleAs(Role role, String name) {
            return new Dialect(maxTokens, with(roles, role, name), dropped, droppedValues, droppedIn, asksForUsage);
        }

        public Dialect without(String... fields) {
            return new Dialect(maxTokens, roles, union(dropped, fields), droppedValues, droppedIn, asksForUsage);
        }

        public Dialect withoutValue(String field, String json) {
            Set<String> values = union(droppedValues.getOrDefault(field, Set.of()), json);
            return new Dialect(maxTokens, roles, dropped, with(droppedValues, field, values), droppedIn, asksForUsage);
        }

        public Dialect withoutIn(Role role, String... fields) {
            Set<String> names = union(droppedIn.getOrDefault(role, Set.of()), fields);
            return new Dialect(maxTokens, roles, dropped, droppedValues, with(droppedIn, role, names), asksForUsage);
        }

        public Dialect withUsageUnasked() {
            return new Dialect(maxTokens, roles, dropped, droppedValues, droppedIn, false);
        }

        private static Set<String> union(Set<String> some, String... more) {
            return Stream.concat(some.stream(), Arrays.stream(more)).collect(Collectors.toSet());
        }

        private static <K, V> Map<K, V> with(Map<K, V> map, K key, V value) {
            var copy = new HashMap<>(map);
            copy.put(key, value);
            return copy;
        }
    }
}
