package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.timing.Waiting;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Checks of the sink that receives chunks: its thread, backpressure, and exceptions.
interface Sinks extends AdapterUnderTest {

    @Test
    default void calls_the_sink_on_the_thread_of_the_caller() {
        var threads = new CopyOnWriteArraySet<Thread>();
        try (var adapter = answering(STREAM)) {
            adapter.port.stream(hello(LONG), _ -> threads.add(Thread.currentThread()));
            assertEquals(Set.of(Thread.currentThread()), threads);
        }
    }

    @Test
    default void reads_no_further_ahead_than_the_sink() throws Exception {
        String piece = wire().piece("x".repeat(64 << 10));
        int more = 256; // pieces of 64 KiB: more than sockets and clients buffer
        var sent = new AtomicInteger();
        var called = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var adapter = open(exchange -> {
            exchange.openStream(wire());
            for (; sent.get() < more && goOn.getCount() > 0; sent.incrementAndGet()) {
                exchange.chunk(piece);
            }
            exchange.chunk(end());
            exchange.endStream();
        })) {
            var taken = new AtomicLong();
            var call = pending(() -> adapter.port.stream(hello(LONG.multipliedBy(4)), chunk -> {
                called.countDown();
                awaitUnlessInterrupted(goOn);
                taken.addAndGet(chunk.text().length());
            }));
            assertTrue(soon(called), "the sink was not called");
            long soFar = Waiting.untilSteady(sent::get);
            goOn.countDown();
            assertTrue(soFar < more, "the adapter reads all of it ahead of the sink");
            answered(call.reply().get(LONG.toSeconds(), TimeUnit.SECONDS));
            assertEquals((long) sent.get() * (64 << 10), taken.get());
        }
    }

    private static void awaitUnlessInterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    default void rethrows_an_exception_of_the_sink() {
        var gone = new IllegalStateException("the reader has gone");
        assertRethrown(gone, _ -> {
            throw gone;
        });
    }

    @Test
    default void rethrows_an_error_of_the_sink() {
        var error = new StackOverflowError("of the reader");
        assertRethrown(error, _ -> {
            throw error;
        });
    }

    private void assertRethrown(Throwable thrown, ChunkSink sink) {
        try (var adapter = answering(STREAM)) {
            assertSame(thrown, assertThrows(Throwable.class, () -> adapter.port.stream(hello(LONG), sink)));
        }
    }

    @Test
    default void ends_the_call_when_the_sink_throws() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var adapter = open(holding().andThen(_ -> hungUp.countDown()))) {
            leave(adapter);
            assertTrue(soon(hungUp), "the connection is still open");
        }
    }

    @Test
    default void never_calls_a_sink_again_after_it_threw() {
        try (var adapter = open(streaming(wire().piece("one"), wire().piece("two"), end()))) {
            assertEquals(1, leave(adapter));
        }
    }

    @Test
    default void works_after_a_sink_exception() {
        try (var adapter = answering(STREAM)) {
            leave(adapter);
            answered(adapter.ask(STREAM));
        }
    }

    /// Returns the number of calls of a sink that throws.
    private int leave(AdapterFixture adapter) {
        var calls = new AtomicInteger();
        assertThrows(
                IllegalStateException.class,
                () -> adapter.port.stream(hello(LONG), _ -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("the reader has gone");
                }));
        return calls.get();
    }
}
