package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.function.ThrowingConsumer;

/// The adapter and its provider's wire format. The helper methods connect it to a scripted server and make one
/// call.
interface AdapterUnderTest {

    enum Form {
        WHOLE,
        STREAM;

        LlmReply ask(LlmPort port, LlmCall call, ChunkSink sink) {
            return this == WHOLE ? port.complete(call) : port.stream(call, sink);
        }
    }

    Duration LONG = Calls.LONG;
    Duration SHORT = Duration.ofMillis(300);

    Duration RESET = Duration.ofMinutes(10);

    /// The timeout, on a busy machine, of something that happens immediately.
    Duration AT_ONCE = Duration.ofSeconds(15);

    Timeouts LONG_TIMEOUTS = Calls.LONG_TIMEOUTS;
    ModelId MODEL = new ModelId("model-of-the-contract");
    String SECRET = "sk_canary-of-the-first-key";
    String OTHER_SECRET = "sk_canary-of-the-second-key";

    LlmProvider provider();

    Wire wire();

    Map<String, String> options();

    default AdapterFixture open(WireServer.Script script) {
        return open(LONG_TIMEOUTS, script);
    }

    default AdapterFixture open(Timeouts timeouts, WireServer.Script script) {
        WireServer server = WireServer.start(script);
        try {
            LlmPort port = port(server.baseUrl(), timeouts, Map.of(), SECRET, OTHER_SECRET);
            return new AdapterFixture(server, port, hello(LONG));
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// @param options in addition to the adapter's options
    default LlmPort port(String baseUrl, Timeouts timeouts, Map<String, String> options, String... secrets) {
        var all = new HashMap<>(options());
        all.putAll(options);
        return provider().open(Calls.settings(provider().id(), baseUrl, timeouts, all, secrets));
    }

    /// An answer `Hello` in each form, which ends like this.
    default void readingHello(FinishReason reason, ThrowingConsumer<Completion> check) {
        reading(Optional.of(wire().answer("Hello", reason)), Optional.of(wire().piece("Hello")), reason, check);
    }

    /// Connected to a server that answers `Hello`.
    default AdapterFixture answering() {
        return answering(WHOLE);
    }

    default AdapterFixture answering(Form form) {
        return open(hello(form));
    }

    default WireServer.Script hello(Form form) {
        return form == WHOLE
                ? saying(wire().answer("Hello", FinishReason.STOP))
                : streaming(wire().piece("Hello"), end());
    }

    default LlmCall hello(Duration timeLeft) {
        return call(1, MODEL, Sampling.DEFAULT, Extras.NONE, timeLeft, Conversation.of(Message.user("Hello")));
    }

    /// @param place the key's position, from 1
    default LlmCall hello(int place, ModelId model) {
        return call(place, model, Sampling.DEFAULT, Extras.NONE, LONG, Conversation.of(Message.user("Hello")));
    }

    default LlmCall call(Message... messages) {
        return call(Conversation.of(messages));
    }

    default LlmCall call(Conversation conversation) {
        return call(1, MODEL, Sampling.DEFAULT, Extras.NONE, LONG, conversation);
    }

    default LlmCall call(
            int place, ModelId model, Sampling sampling, Extras extras, Duration timeLeft, Conversation conversation) {
        var target = Calls.target(provider().id(), place, model, model.equals(MODEL));
        return new LlmCall(target, conversation, sampling, extras, timeLeft, 0);
    }

    default KeySlot slot(int place) {
        return new KeySlot(provider().id(), place);
    }

    /// Makes the call in each form. The server answers `Hello`.
    ///
    /// @param check validates the request that was sent
    default void asking(LlmCall call, Consumer<AdapterFixture> check) {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                adapter.ask(form, call);
                check.accept(adapter);
            }
        });
    }

    /// Runs a check in each form. A failure names the form.
    default void inEachForm(ThrowingConsumer<Form> check) {
        for (Form form : Form.values()) {
            assertAll(form.name(), () -> check.accept(form));
        }
    }

    default WireServer.Script saying(Reply said) {
        return exchange -> exchange.say(said);
    }

    /// A stream of these chunks with a proper end of its HTTP body.
    default WireServer.Script streaming(String... chunks) {
        return begun(chunks).andThen(WireExchange::endStream);
    }

    /// A stream that has begun with these chunks, and stays open.
    default WireServer.Script begun(String... chunks) {
        return exchange -> {
            exchange.openStream(wire());
            for (String chunk : chunks) {
                exchange.chunk(chunk);
            }
        };
    }

    default String end() {
        return wire().end(FinishReason.STOP);
    }

    /// A stream that sends `Hello` and stays open until the client hangs up.
    default WireServer.Script holding() {
        return begun(wire().piece("Hello")).andThen(WireExchange::awaitHangUp);
    }

    /// A server that does not answer until the client hangs up.
    default WireServer.Script silent(CountDownLatch asked) {
        return exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        };
    }

    default Completion answered(LlmReply reply) {
        return assertInstanceOf(LlmReply.Answered.class, reply, reply::toString).completion();
    }

    default Failure failed(LlmReply reply) {
        return assertInstanceOf(LlmReply.Failed.class, reply, reply::toString).failure();
    }

    /// An answer in each form that the wire has; skips the check if it has none.
    ///
    /// @param chunks of a stream, without its end
    default void reading(
            Optional<Reply> whole, Optional<String> chunks, FinishReason reason, ThrowingConsumer<Completion> check) {
        assumeTrue(whole.isPresent() || chunks.isPresent());
        assertAll(WHOLE.name(), whole.stream().map(said -> () -> check.accept(read(WHOLE, saying(said)))));
        assertAll(
                STREAM.name(),
                chunks.stream().map(said -> () -> check.accept(read(STREAM, streaming(said, wire().end(reason))))));
    }

    /// The answer, with the text and the calls that a stream has in its chunks.
    default Completion read(Form form, WireServer.Script script) {
        try (var adapter = open(script)) {
            Completion end = answered(adapter.ask(form));
            return form == WHOLE ? end : Completion.of(adapter.joined(), end.finishReason(), end.usage());
        }
    }

    default Failure failure(Form form, WireServer.Script script) {
        try (var adapter = open(script)) {
            return failed(adapter.ask(form));
        }
    }

    default Failure failure(Reply said) {
        return failure(WHOLE, saying(said));
    }

    default void assertFails(Kind kind, Form form, WireServer.Script script) {
        Failure failure = failure(form, script);
        assertEquals(kind, failure.kind(), () -> form + ": " + failure);
    }

    default <T> Pending<T> pending(Callable<T> call) {
        var reply = new FutureTask<>(call);
        return new Pending<>(Thread.ofVirtual().start(reply), reply);
    }

    record Pending<T>(Thread thread, Future<T> reply) {

        T soon() throws InterruptedException, ExecutionException, TimeoutException {
            return reply.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    default boolean soon(CountDownLatch latch) throws InterruptedException {
        return latch.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    default List<String> nothingLeft() {
        List<String> headers = wire().nothingLeft(RESET);
        assumeFalse(headers.isEmpty());
        return headers;
    }

    /// The reset may be a time, and the clock goes on.
    default void assertNothingLeft(RateLimitStatus limits) {
        assertTrue(limits.hasEmptyBucket(), limits::toString);
        Duration reset = limits.resetFor(0).orElseThrow();
        assertTrue(
                reset.compareTo(RESET.minus(LONG.multipliedBy(2))) > 0 && reset.compareTo(RESET) <= 0,
                limits::toString);
    }

    /// Skips the check if the provider's format lacks the feature.
    default <T> T given(Optional<T> words) {
        assumeTrue(words.isPresent());
        return words.orElseThrow();
    }
}
