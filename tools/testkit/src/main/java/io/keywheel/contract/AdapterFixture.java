package io.keywheel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An adapter that is connected to a scripted server.
final class AdapterFixture implements AutoCloseable {

    /// The form of an answer.
    enum Form {
        WHOLE,
        STREAM
    }

    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(300);

    /// The timeout, on a busy machine, of something that happens immediately.
    static final Duration AT_ONCE = Duration.ofSeconds(15);

    static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG);
    static final ModelId MODEL = new ModelId("model-of-the-contract");
    static final String SECRET = "sk_canary-of-the-first-key";
    static final String OTHER_SECRET = "sk_canary-of-the-second-key";

    private final AdapterUnderTest subject;
    private final WireServer server;
    private final LlmPort port;
    private final List<Chunk> chunks = new CopyOnWriteArrayList<>();

    private AdapterFixture(AdapterUnderTest subject, WireServer server, LlmPort port) {
        this.subject = subject;
        this.server = server;
        this.port = port;
    }

    static AdapterFixture of(AdapterUnderTest subject, Timeouts timeouts, WireServer.Script script) {
        WireServer server = WireServer.start(script);
        try {
            LlmPort port = open(subject, server.baseUrl(), timeouts, Map.of(), SECRET, OTHER_SECRET);
            return new AdapterFixture(subject, server, port);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// @param options in addition to the adapter's options
    static LlmPort open(
            AdapterUnderTest subject,
            String baseUrl,
            Timeouts timeouts,
            Map<String, String> options,
            String... secrets) {
        List<ApiKey> keys = Stream.of(secrets)
                .map(secret -> secret.isEmpty() ? ApiKey.NONE : new ApiKey(secret, "c0ffee00"))
                .toList();
        var all = new HashMap<>(subject.options());
        all.putAll(options);
        return subject.provider().open(new ProviderSettings(subject.provider().id(), baseUrl, keys, timeouts, all));
    }

    WireServer server() {
        return server;
    }

    LlmPort port() {
        return port;
    }

    List<Chunk> chunks() {
        return List.copyOf(chunks);
    }

    /// The text of all chunks so far.
    String text() {
        return chunks.stream().map(Chunk::text).collect(Collectors.joining());
    }

    LlmReply ask(Form form) {
        return ask(form, hello(LONG));
    }

    LlmReply ask(Form form, LlmCall call) {
        return switch (form) {
            case WHOLE -> port.complete(call);
            case STREAM -> port.stream(call, chunks::add);
        };
    }

    Completion answered(Form form) {
        return answered(ask(form));
    }

    static Completion answered(LlmReply reply) {
        return assertInstanceOf(LlmReply.Answered.class, reply).completion();
    }

    Failure failed(Form form) {
        return failed(ask(form));
    }

    static Failure failed(LlmReply reply) {
        return assertInstanceOf(LlmReply.Failed.class, reply).failure();
    }

    /// Makes a call on another thread.
    Pending pending(Form form) {
        return pending(() -> ask(form));
    }

    static Pending pending(Supplier<LlmReply> asking) {
        var reply = new CompletableFuture<LlmReply>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                reply.complete(asking.get());
            } catch (Throwable e) {
                reply.completeExceptionally(e);
            }
        });
        return new Pending(thread, reply);
    }

    /// A running attempt.
    record Pending(Thread thread, CompletableFuture<LlmReply> reply) {

        LlmReply soon() throws InterruptedException, ExecutionException, TimeoutException {
            return reply.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    LlmCall hello(Duration timeLeft) {
        return call(Sampling.DEFAULT, Extras.NONE, timeLeft, Message.user("Hello"));
    }

    /// @param place the key's position, from 1
    LlmCall hello(int place, ModelId model) {
        return new LlmCall(
                target(place, model), Conversation.of(Message.user("Hello")), Sampling.DEFAULT, Extras.NONE, LONG);
    }

    LlmCall call(Message... messages) {
        return call(Sampling.DEFAULT, Extras.NONE, LONG, messages);
    }

    LlmCall call(Sampling sampling, Extras extras, Duration timeLeft, Message... messages) {
        return new LlmCall(target(1, MODEL), Conversation.of(messages), sampling, extras, timeLeft);
    }

    Target target(int place, ModelId model) {
        return new Target(
                new PoolKey(slot(place), new QuotaGroup(id(), "group" + place), "c0ffee00"),
                model,
                model.equals(MODEL));
    }

    KeySlot slot(int place) {
        return new KeySlot(id(), place);
    }

    private ProviderId id() {
        return subject.provider().id();
    }

    /// The only request so far; fails if there are more or none.
    WireExchange request() {
        assertEquals(1, server.exchanges().size(), "requests");
        return server.exchanges().getFirst();
    }

    /// Checks that the body of the only request contains these texts in order.
    void assertSent(String... texts) {
        assertSent("", List.of(texts));
    }

    /// @param advice appended to the message about a missing text
    void assertSent(String advice, List<String> texts) {
        String body = request().body();
        int from = 0;
        for (String text : texts) {
            int at = body.indexOf(text, from);
            assertTrue(at >= 0, () -> "'" + text + "' is not where it should be in " + body + advice);
            from = at + text.length();
        }
    }

    @Override
    public void close() {
        port.close();
        server.close();
    }
}
