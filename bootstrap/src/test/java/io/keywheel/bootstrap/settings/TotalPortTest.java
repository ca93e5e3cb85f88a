package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
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
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class TotalPortTest {

    private static final Logger LOG = Logger.getLogger("io.keywheel.adapters");

    private static final ProviderId ACME = new ProviderId("acme");
    private static final KeySlot SLOT = new KeySlot(ACME, 1);
    private static final LlmCall CALL = new LlmCall(
            new Target(new PoolKey(SLOT, new QuotaGroup(ACME, "one"), "c0ffee00"), new ModelId("m"), true),
            Conversation.of(Message.user("Hello")),
            Sampling.DEFAULT,
            Extras.NONE,
            Duration.ofSeconds(1));

    /// An adapter that does the same whatever it is asked.
    private record Adapter(Supplier<LlmReply> behaviour) implements LlmPort {

        @Override
        public LlmReply complete(LlmCall call) {
            return behaviour.get();
        }

        @Override
        public LlmReply stream(LlmCall call, ChunkSink sink) {
            sink.accept(Chunk.text("Hi"));
            return behaviour.get();
        }

        @Override
        public ModelsReply models(KeySlot key, Duration timeLeft) {
            var _ = behaviour.get();
            throw new AssertionError("this adapter never gets so far");
        }

        @Override
        public void close() {
            var _ = behaviour.get();
        }
    }

    /// An adapter that takes what its reader throws for its own trouble.
    private static final class Forgiving implements LlmPort {

        @Override
        public LlmReply complete(LlmCall call) {
            throw new AssertionError("nobody asks for this");
        }

        @Override
        public LlmReply stream(LlmCall call, ChunkSink sink) {
            try {
                sink.accept(Chunk.text("Hi"));
            } catch (RuntimeException e) {
                return new LlmReply.Failed(new Failure.Unavailable(String.valueOf(e.getMessage()), null));
            }
            throw new AssertionError("the reader throws");
        }

        @Override
        public ModelsReply models(KeySlot key, Duration timeLeft) {
            throw new AssertionError("nobody asks for this");
        }

        @Override
        public void close() {}
    }

    private static LlmPort total(Supplier<LlmReply> behaviour) {
        return new TotalPort(ACME, new Adapter(behaviour));
    }

    private static LlmReply bug() {
        throw new IllegalStateException("the key was gsk_canary");
    }

    private static LlmReply stale() {
        throw new NoSuchMethodError("of another version");
    }

    @Test
    void what_an_adapter_throws_is_a_failure_of_its_provider() {
        assertEquals(
                new LlmReply.Failed(new Failure.Unavailable("the adapter of acme is broken", null)),
                total(TotalPortTest::bug).complete(CALL));
        assertEquals(
                new LlmReply.Failed(new Failure.Unavailable("the adapter of acme is broken", null)),
                total(TotalPortTest::bug).stream(CALL, _ -> {}));
        assertEquals(
                new ModelsReply.Failed(new Failure.Unavailable("the adapter of acme is broken", null)),
                total(TotalPortTest::bug).models(SLOT, Duration.ofSeconds(1)));
    }

    @Test
    void so_is_what_was_made_for_another_version() {
        assertEquals(
                new LlmReply.Failed(new Failure.Unavailable("the adapter of acme is broken", null)),
                total(TotalPortTest::stale).complete(CALL));
    }

    @Test
    void closing_never_keeps_others_open() {
        assertDoesNotThrow(total(TotalPortTest::bug)::close);
    }

    @Test
    void what_the_reader_throws_comes_out_though_the_adapter_throws_something_else() {
        var tired = new IllegalArgumentException("enough");
        LlmPort port = total(TotalPortTest::bug);

        var thrown = assertThrows(
                IllegalArgumentException.class,
                () -> port.stream(CALL, _ -> {
                    throw tired;
                }));

        assertSame(tired, thrown);
    }

    @Test
    void what_the_reader_throws_comes_out_though_the_adapter_makes_a_reply_of_it() {
        var tired = new IllegalArgumentException("enough");
        LlmPort port = new TotalPort(ACME, new Forgiving());

        assertSame(
                tired,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> port.stream(CALL, _ -> {
                            throw tired;
                        })));
    }

    @Test
    void an_interrupt_in_other_clothes_cancels_the_attempt_and_is_still_seen() {
        LlmReply reply = total(() -> {
                    throw new IllegalStateException(new InterruptedException());
                })
                .complete(CALL);

        assertTrue(Thread.interrupted());
        assertEquals(new LlmReply.Failed(new Failure.Cancelled()), reply);
    }

    @Test
    void an_answer_is_the_adapters_own() {
        var answer = new LlmReply.Failed(new Failure.TimedOut("too late"));

        assertSame(answer, total(() -> answer).complete(CALL));
    }

    @Test
    void the_log_says_where_it_was_thrown_and_not_what_it_says() {
        var lines = new ArrayList<String>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(MessageFormat.format(line.getMessage(), line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        LOG.addHandler(handler);
        try {
            total(TotalPortTest::bug).complete(CALL);
        } finally {
            LOG.removeHandler(handler);
        }

        String line = lines.getFirst();
        assertTrue(line.startsWith("The adapter of acme is broken: java.lang.IllegalStateException at "), line);
        assertTrue(line.contains("TotalPortTest.bug"), line);
        assertFalse(line.contains("gsk_canary"), line);
    }
}
