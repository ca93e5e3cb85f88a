package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.application.port.out.UsageStore;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A real gateway with two keys at Groq and one at Cerebras. Only providers and clock are fakes.
final class TestGateway implements AutoCloseable {

    static final ProviderId GROQ = new ProviderId("groq");
    static final ProviderId CEREBRAS = new ProviderId("cerebras");
    static final KeySlot GROQ_1 = new KeySlot(GROQ, 1);
    static final KeySlot GROQ_2 = new KeySlot(GROQ, 2);
    static final KeySlot CEREBRAS_1 = new KeySlot(CEREBRAS, 1);
    static final Conversation HELLO = Conversation.of(Message.user("hello"));
    static final RequestLimits LIMITS = new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2), Duration.ZERO);

    final TestTime time;
    final ScriptedPort groq = new ScriptedPort();
    final ScriptedPort cerebras = new ScriptedPort();
    final ChatEvents events = mock(ChatEvents.class);
    Function<ChatStart, ChatTrace> tracer = _ -> ChatTrace.NONE;
    final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    final Gateway gateway;

    TestGateway() {
        this(LIMITS, 2);
    }

    /// @param maxWait how long a request may wait for a key
    TestGateway(Duration maxWait, int groqKeys) {
        this(new RequestLimits(0, maxWait, 1000, Duration.ofMinutes(2), Duration.ZERO), groqKeys);
    }

    TestGateway(RequestLimits requestLimits, int groqKeys) {
        this(requestLimits, groqKeys, new TestTime(), null);
    }

    TestGateway(RequestLimits requestLimits, int groqKeys, TestTime time, @Nullable SharedState sharedState) {
        this.time = time;
        gateway = new Gateway(
                parts(requestLimits, groqKeys, ClientRules.NONE),
                new RuntimeServices(
                        time,
                        time::wallTime,
                        sharedState == null ? time : time.another(),
                        () -> 0.5,
                        threads,
                        events,
                        start -> tracer.apply(start),
                        String::hashCode),
                UsageStore.NONE,
                1,
                sharedState);
    }

    /// Replaces the keys and the port of Groq; Cerebras is unchanged.
    void becomes(ScriptedPort port, String... fingerprints) {
        becomes(
                LIMITS,
                Set.of(),
                Map.of(GROQ, port, CEREBRAS, cerebras),
                keys(GROQ, fingerprints),
                profile(CEREBRAS, "gpt-oss-120b", 1));
    }

    void becomes(
            RequestLimits requestLimits,
            Set<ProviderId> replaced,
            Map<ProviderId, LlmPort> ports,
            ProviderProfile... providers) {
        var models = new LinkedHashMap<>(catalog().models());
        models.keySet().retainAll(ports.keySet());
        gateway.change(
                new GatewayParts(List.of(providers), ports, new ModelCatalog(models), requestLimits, ClientRules.NONE),
                replaced);
    }

    void rules(ClientRules rules) {
        gateway.change(parts(LIMITS, 2, rules), Set.of());
    }

    private GatewayParts parts(RequestLimits requestLimits, int groqKeys, ClientRules rules) {
        return new GatewayParts(
                List.of(profile(GROQ, "openai/gpt-oss-120b", groqKeys), profile(CEREBRAS, "gpt-oss-120b", 1)),
                Map.of(GROQ, groq, CEREBRAS, cerebras),
                catalog(),
                requestLimits,
                rules);
    }

    static ProviderProfile keys(ProviderId id, String... fingerprints) {
        return profile(id, "openai/gpt-oss-120b", fingerprints);
    }

    void pass(Duration duration) {
        time.pass(duration);
    }

    KeyStatus firstKey() {
        return gateway.status().status().providers().getFirst().keys().getFirst();
    }

    /// Returns once `requests` requests wait.
    void awaitWaiting(int requests) {
        while (gateway.status().waiting() != requests) {
            if (Thread.interrupted()) {
                throw new AssertionError("never so many: " + requests);
            }
            Thread.onSpinWait();
        }
    }

    Answer chat(ChatCommand command) {
        return gateway.chats().chat(command);
    }

    CompletableFuture<Answer> chatAsync(ChatCommand command) {
        return gateway.chats().chatAsync(command);
    }

    /// Starts a chat, and returns once it waits.
    CompletableFuture<Answer> waits(ChatCommand command) {
        CompletableFuture<Answer> answer = chatAsync(command);
        awaitWaiting(1);
        return answer;
    }

    <E extends Throwable> E failure(Class<E> kind, ChatCommand command) {
        return assertThrows(kind, () -> chat(command));
    }

    /// The exception with which a chat ended.
    static <E extends Throwable> E failure(Class<E> kind, Future<?> chat) {
        return assertInstanceOf(
                kind, assertThrows(ExecutionException.class, chat::get).getCause());
    }

    void limit(KeySlot key, Duration cooldown) {
        groq.fails(key, ScriptedPort.limited(cooldown));
        failure(AttemptFailedException.class, withoutFallback());
    }

    static KeySlot slot(Answer answer) {
        return answer.servedBy().target().key().slot();
    }

    static ChatCommand anyModel() {
        return selecting(null, null);
    }

    static ChatCommand groqs(String model) {
        return selecting("groq", model);
    }

    static ChatCommand selecting(@Nullable String provider, @Nullable String model) {
        return new ChatCommand(HELLO, Sampling.DEFAULT, Extras.NONE, new ModelSelector(provider, model), true);
    }

    /// A chat with a model of Groq, whose answer has at most `maxTokens`; null for no limit.
    static ChatCommand upTo(@Nullable Long maxTokens) {
        var sampling = new Sampling(null, maxTokens, null, List.of(), null, null);
        return new ChatCommand(HELLO, sampling, Extras.NONE, new ModelSelector("groq", "m"), true);
    }

    static ChatCommand withoutFallback() {
        return new ChatCommand(HELLO, Sampling.DEFAULT, Extras.NONE, new ModelSelector("groq", "m"), false);
    }

    /// Interrupts requests that still wait after a failed test, because the clock no longer moves.
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }

    private static ProviderProfile profile(ProviderId id, String defaultModel, int keys) {
        return profile(
                id,
                defaultModel,
                IntStream.rangeClosed(1, keys).mapToObj(n -> "0000000" + n).toArray(String[]::new));
    }

    /// Each key has a quota group of its own.
    private static ProviderProfile profile(ProviderId id, String defaultModel, String... fingerprints) {
        var keys = new ArrayList<PoolKey>();
        for (String print : fingerprints) {
            keys.add(new PoolKey(new KeySlot(id, keys.size() + 1), new QuotaGroup(id, "#" + print), print));
        }
        return new ProviderProfile(id, new ModelId(defaultModel), keys, 0);
    }

    private static ModelCatalog catalog() {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.put(GROQ, new LinkedHashSet<>(List.of(new ModelId("openai/gpt-oss-20b"))));
        models.put(CEREBRAS, new LinkedHashSet<>(List.of(new ModelId("gpt-oss-120b"))));
        return new ModelCatalog(models);
    }
}
