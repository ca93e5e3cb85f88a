package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.AT_ONCE;
import static io.keywheel.contract.AdapterFixture.Form.STREAM;
import static io.keywheel.contract.AdapterFixture.Form.WHOLE;
import static io.keywheel.contract.AdapterFixture.LONG;
import static io.keywheel.contract.AdapterUnderTest.inEachForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.contract.AdapterFixture.Form;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Checks that an interrupt, which means that the client left, ends the attempt and its connection at once.
interface Interrupts extends AdapterUnderTest {

    @Test
    default void is_cancelled_by_an_interrupt_before_the_answer() throws Exception {
        assertEquals(Kind.CANCELLED, interrupted(WHOLE).kind());
    }

    @Test
    default void leaves_the_thread_interrupted() {
        inEachForm(form -> assertTrue(interrupted(form).flag(), "the interrupt was swallowed"));
    }

    @Test
    default void closes_the_connection_when_interrupted_before_the_answer() throws Exception {
        assertTrue(interrupted(WHOLE).hungUp(), "the connection is still open");
    }

    @Test
    default void is_cancelled_by_an_interrupt_in_a_stream() throws Exception {
        assertEquals(Kind.CANCELLED, interrupted(STREAM).kind());
    }

    @Test
    default void closes_the_connection_when_interrupted_in_a_stream() throws Exception {
        assertTrue(interrupted(STREAM).hungUp(), "the connection is still open");
    }

    /// The failure of the call, the thread's interrupt flag, and whether the connection was closed.
    record Interrupted(Kind kind, boolean flag, boolean hungUp) {}

    /// Interrupts a call before its answer, or in the middle of a stream.
    private Interrupted interrupted(Form form) throws Exception {
        var begun = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        var flag = new AtomicBoolean();
        WireServer.Script silent = exchange -> {
            begun.countDown();
            exchange.awaitHangUp();
            hungUp.countDown();
        };
        try (var adapter = open(form == WHOLE ? silent : holding(hungUp))) {
            var pending = AdapterFixture.pending(() -> {
                LlmReply reply = form == WHOLE
                        ? adapter.ask(WHOLE)
                        : adapter.port().stream(adapter.hello(LONG), chunk -> {
                            if (chunk.carriesContent()) {
                                begun.countDown();
                            }
                        });
                flag.set(Thread.currentThread().isInterrupted());
                return reply;
            });
            assertTrue(begun.await(LONG.toMillis(), TimeUnit.MILLISECONDS));
            pending.thread().interrupt();
            Kind kind = AdapterFixture.failed(pending.soon()).kind();
            return new Interrupted(kind, flag.get(), soon(hungUp));
        }
    }

    @Test
    default void is_cancelled_by_an_interrupt_that_came_before() {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                var pending = AdapterFixture.pending(() -> {
                    Thread.currentThread().interrupt();
                    return adapter.ask(form);
                });
                assertEquals(
                        Kind.CANCELLED, AdapterFixture.failed(pending.soon()).kind());
            }
        });
    }

    @Test
    default void ends_a_model_list_when_interrupted() throws Exception {
        var asked = new CountDownLatch(1);
        var listed = new CompletableFuture<ModelsReply>();
        var flag = new AtomicBoolean();
        try (var adapter = open(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        })) {
            Thread thread = Thread.ofVirtual().start(() -> {
                ModelsReply reply = adapter.port().models(adapter.slot(1), LONG);
                flag.set(Thread.currentThread().isInterrupted());
                listed.complete(reply);
            });
            if (soon(asked)) { // an adapter without a list need not send a request
                thread.interrupt();
            }
            ModelsReply reply = listed.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
            if (wire().models(List.of()).isPresent()) {
                var failed = assertInstanceOf(ModelsReply.Failed.class, reply);
                assertEquals(Kind.CANCELLED, failed.failure().kind());
                assertTrue(flag.get(), "the interrupt was swallowed");
            }
        }
    }

    private static boolean soon(CountDownLatch latch) throws InterruptedException {
        return latch.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
