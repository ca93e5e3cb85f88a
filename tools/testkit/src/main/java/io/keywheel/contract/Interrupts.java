package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.AT_ONCE;
import static io.keywheel.contract.AdapterFixture.Form.WHOLE;
import static io.keywheel.contract.AdapterFixture.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// An interrupt means that the client has left: the attempt ends at once, here and at the provider.
interface Interrupts extends AdapterUnderTest {

    @Test
    default void is_cancelled_by_an_interrupt_before_the_answer() throws Exception {
        try (var interrupted = new Interrupted(this)) {
            assertEquals(Kind.CANCELLED, interrupted.kind());
        }
    }

    @Test
    default void leaves_the_thread_interrupted() throws Exception {
        try (var interrupted = new Interrupted(this)) {
            interrupted.kind();
            assertTrue(interrupted.flag.get(), "the interrupt was swallowed");
        }
    }

    @Test
    default void closes_the_connection_when_interrupted_before_the_answer() throws Exception {
        try (var interrupted = new Interrupted(this)) {
            interrupted.kind();
            assertTrue(soon(interrupted.hungUp), "the connection is still open");
        }
    }

    /// A call that is interrupted while the provider is silent.
    final class Interrupted implements AutoCloseable {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch hungUp = new CountDownLatch(1);
        private final CompletableFuture<Boolean> flag = new CompletableFuture<>();
        private final AdapterFixture adapter;

        private Interrupted(AdapterUnderTest subject) {
            adapter = subject.open(exchange -> {
                asked.countDown();
                exchange.awaitHangUp();
                hungUp.countDown();
            });
        }

        private Kind kind() throws Exception {
            var pending = AdapterFixture.pending(() -> {
                LlmReply reply = adapter.ask(WHOLE);
                flag.complete(Thread.currentThread().isInterrupted());
                return reply;
            });
            return kindAfterInterrupt(pending, asked);
        }

        @Override
        public void close() {
            adapter.close();
        }
    }

    @Test
    default void is_cancelled_by_an_interrupt_in_a_stream() throws Exception {
        try (var adapter = open(holding(new CountDownLatch(1)))) {
            assertEquals(Kind.CANCELLED, interruptedAmidAStream(adapter));
        }
    }

    @Test
    default void closes_the_connection_when_interrupted_in_a_stream() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var adapter = open(holding(hungUp))) {
            interruptedAmidAStream(adapter);
            assertTrue(soon(hungUp), "the connection is still open");
        }
    }

    private static Kind interruptedAmidAStream(AdapterFixture adapter) throws Exception {
        var said = new CountDownLatch(1);
        var pending = AdapterFixture.pending(() -> adapter.port().stream(adapter.hello(LONG), chunk -> {
            if (chunk.carriesContent()) {
                said.countDown();
            }
        }));
        return kindAfterInterrupt(pending, said);
    }

    @Test
    default void is_cancelled_by_an_interrupt_that_came_before() throws Exception {
        try (var adapter = answering()) {
            var pending = AdapterFixture.pending(() -> {
                Thread.currentThread().interrupt();
                return adapter.ask(WHOLE);
            });
            assertEquals(Kind.CANCELLED, AdapterFixture.failed(pending.soon()).kind());
        }
    }

    @Test
    default void ends_a_model_list_when_interrupted() throws Exception {
        var asked = new CountDownLatch(1);
        var listed = new CompletableFuture<ModelsReply>();
        try (var adapter = open(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        })) {
            Thread thread = Thread.ofVirtual()
                    .start(() -> listed.complete(adapter.port().models(adapter.slot(1), LONG)));
            if (soon(asked)) { // an adapter without a list need not ask for it
                thread.interrupt();
            }
            ModelsReply reply = listed.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
            if (wire().models(List.of()).isPresent()) {
                var failed = assertInstanceOf(ModelsReply.Failed.class, reply);
                assertEquals(Kind.CANCELLED, failed.failure().kind());
            }
        }
    }

    private static Kind kindAfterInterrupt(AdapterFixture.Pending pending, CountDownLatch when) throws Exception {
        assertTrue(when.await(LONG.toMillis(), TimeUnit.MILLISECONDS));
        pending.thread().interrupt();
        return AdapterFixture.failed(pending.soon()).kind();
    }

    private static boolean soon(CountDownLatch latch) throws InterruptedException {
        return latch.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
