package io.keywheel.application.service;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A provider that plays scripted replies, and answers without a script.
final class ScriptedPort implements LlmPort {

    /// Behaviour in one attempt. The sink ignores chunks if the answer is not streamed.
    @FunctionalInterface
    interface Act {
        LlmReply play(LlmCall call, ChunkSink sink);
    }

    static final ProviderId ACME = new ProviderId("acme");
    static final KeySlot SLOT = new KeySlot(ACME, 1);

    /// For that slot.
    static final LlmCall CALL = new LlmCall(
            new Target(new PoolKey(SLOT, new QuotaGroup(ACME, "one"), "c0ffee00"), new ModelId("m"), true),
            Conversation.of(Message.user("Hello")),
            Sampling.DEFAULT,
            Extras.NONE,
            Duration.ofSeconds(1),
            0);

    static final Failure HUNG_UP = new Failure.Unavailable("it hung up", null);

    private final Map<KeySlot, Queue<Act>> scripts = new ConcurrentHashMap<>();
    private final Map<KeySlot, Supplier<ModelsReply>> listings = new ConcurrentHashMap<>();
    private final AtomicInteger closings = new AtomicInteger();
    private final List<LlmCall> calls = new CopyOnWriteArrayList<>();

    volatile boolean countsCached = true;

    void script(KeySlot key, Act... acts) {
        scripts.computeIfAbsent(key, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(acts));
    }

    void fails(KeySlot key, Failure... failures) {
        for (Failure failure : failures) {
            breaksOff(key, failure);
        }
    }

    /// Streams these chunks in the next call with `key`, and then fails.
    void breaksOff(KeySlot key, Failure failure, Chunk... chunks) {
        script(key, (_, sink) -> {
            List.of(chunks).forEach(sink::accept);
            return new LlmReply.Failed(failure);
        });
    }

    /// Holds the next call with `key` until the latch is down. Returns a latch that is down once the call has begun.
    CountDownLatch holds(KeySlot key, CountDownLatch mayEnd) {
        return holds(key, mayEnd, ScriptedPort::answer);
    }

    CountDownLatch holds(KeySlot key, CountDownLatch mayEnd, Failure end) {
        return holds(key, mayEnd, (_, _) -> new LlmReply.Failed(end));
    }

    private CountDownLatch holds(KeySlot key, CountDownLatch mayEnd, Act end) {
        var begun = new CountDownLatch(1);
        script(key, (call, sink) -> {
            begun.countDown();
            await(mayEnd);
            return end.play(call, sink);
        });
        return begun;
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void lists(KeySlot key, ModelsReply reply) {
        lists(key, () -> reply);
    }

    void lists(KeySlot key, Supplier<ModelsReply> reply) {
        listings.put(key, reply);
    }

    List<LlmCall> calls() {
        return calls;
    }

    /// How often it was closed.
    int closings() {
        return closings.get();
    }

    List<String> places() {
        return calls.stream().map(call -> call.target().key().slot().toString()).toList();
    }

    @Override
    public LlmReply complete(LlmCall call) {
        return play(call, _ -> {});
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        return play(call, sink);
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        return listings.getOrDefault(key, () -> new ModelsReply.Listed(List.of(new ModelId("listed-by-" + key))))
                .get();
    }

    @Override
    public boolean countsCachedTokens() {
        return countsCached;
    }

    @Override
    public void close() {
        closings.incrementAndGet();
    }

    private LlmReply play(LlmCall call, ChunkSink sink) {
        calls.add(call);
        Act act = scripts.getOrDefault(call.target().key().slot(), new ConcurrentLinkedQueue<>())
                .poll();
        return act == null ? answer(call, sink) : act.play(call, sink);
    }

    static LlmReply answer(LlmCall call, ChunkSink sink) {
        String text = call.target().key().slot() + " answers";
        sink.accept(Chunk.text(text));
        return answered(text);
    }

    static LlmReply answered(String text) {
        return answered(text, null);
    }

    static LlmReply answered(String text, @Nullable TokenUsage usage) {
        return new LlmReply.Answered(
                Completion.of(Content.of(text), FinishReason.STOP, usage), RateLimitStatus.UNKNOWN);
    }

    static Failure limited(Duration pause) {
        return new Failure.RateLimited("limited", pause, RateLimitStatus.UNKNOWN);
    }
}
