package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.STREAM;
import static io.keywheel.contract.Trial.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The sink that takes an answer piece by piece: on which thread, how fast, and what happens when it throws.
interface Sinks extends Subject {

    @Test
    default void calls_the_sink_on_the_thread_of_the_caller() {
        try (var trial = trial(exchange -> exchange.stream(wire(), "Hello"))) {
            trial.port().stream(trial.hello(LONG), _ -> trial.chunks().add(chunkOf(Thread.currentThread())));
            assertTrue(trial.chunks().stream().allMatch(chunkOf(Thread.currentThread())::equals));
        }
    }

    private static Chunk chunkOf(Thread thread) {
        return Chunk.text("thread " + thread.threadId());
    }

    @Test
    @Tag(SLOW)
    default void reads_no_further_than_the_sink_takes() throws Exception {
        String piece = wire().piece("x".repeat(64 << 10));
        int more = 256; // pieces, 16 MiB: more than sockets and clients have room for
        var sent = new AtomicInteger();
        var goOn = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            for (; sent.get() < more; sent.incrementAndGet()) {
                exchange.chunk(piece);
            }
            exchange.endStream(wire());
        })) {
            var taken = new AtomicLong();
            var pending = Trial.pending(() -> trial.port().stream(trial.hello(LONG.multipliedBy(2)), chunk -> {
                awaitUnlessInterrupted(goOn);
                taken.addAndGet(chunk.text().length());
            }));
            int soFar = untilItStops(sent);
            goOn.countDown();

            assertTrue(soFar < more, "the provider could say all of it to nobody");
            Trial.answered(pending.reply().get(LONG.toSeconds(), TimeUnit.SECONDS));
            assertEquals((long) more * (64 << 10), taken.get());
        }
    }

    /// The count when it has not changed for a while: longer than a busy machine holds anybody up.
    private static int untilItStops(AtomicInteger count) {
        int last = -1;
        while (last != count.get()) {
            last = count.get();
            LockSupport.parkNanos(Trial.SHORT.multipliedBy(3).toNanos());
        }
        return last;
    }

    private static void awaitUnlessInterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    default void lets_out_what_the_sink_throws() {
        var gone = new IllegalStateException("the reader has gone");
        try (var trial = trial(exchange -> exchange.stream(wire(), "Hello"))) {
            assertSame(
                    gone,
                    assertThrows(
                            RuntimeException.class,
                            () -> trial.port().stream(trial.hello(LONG), _ -> {
                                throw gone;
                            })));
        }
    }

    @Test
    default void ends_the_call_when_the_sink_throws() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            leave(trial);
            assertTrue(hungUp.await(Trial.AT_ONCE.toMillis(), TimeUnit.MILLISECONDS), "the provider still speaks");
        }
    }

    @Test
    default void tells_a_sink_that_threw_no_more() {
        var calls = new AtomicInteger();
        try (var trial = trial(exchange -> exchange.stream(wire(), "one", "two", "three"))) {
            assertThrows(
                    IllegalStateException.class,
                    () -> trial.port().stream(trial.hello(LONG), _ -> {
                        calls.incrementAndGet();
                        throw new IllegalStateException("the reader has gone");
                    }));
            assertEquals(1, calls.get());
        }
    }

    @Test
    default void serves_on_after_a_sink_that_threw() {
        try (var trial = trial(exchange -> exchange.stream(wire(), "Hello"))) {
            leave(trial);
            assertInstanceOf(LlmReply.Answered.class, trial.ask(STREAM));
        }
    }

    private static void leave(Trial trial) {
        assertThrows(
                IllegalStateException.class,
                () -> trial.port().stream(trial.hello(LONG), _ -> {
                    throw new IllegalStateException("the reader has gone");
                }));
    }
}
