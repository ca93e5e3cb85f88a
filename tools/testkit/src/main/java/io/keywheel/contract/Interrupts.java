package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Checks that an interrupt, which means that the client left, ends the attempt and its connection immediately.
interface Interrupts extends AdapterUnderTest {

    @Test
    default void is_cancelled_by_an_interrupt() {
        inEachForm(form -> assertEquals(Kind.CANCELLED, interrupted(form).kind()));
    }

    @Test
    default void leaves_the_thread_interrupted() {
        inEachForm(form -> assertTrue(interrupted(form).flag(), "the interrupt was swallowed"));
    }

    @Test
    default void closes_the_connection_when_interrupted() {
        inEachForm(form -> assertTrue(interrupted(form).hungUp(), "the connection is still open"));
    }

    /// The failure of the call, the thread's interrupt flag, and whether the connection was closed.
    record Interrupted(Kind kind, boolean flag, boolean hungUp) {}

    /// Interrupts a call before its answer, or in the middle of a stream.
    private Interrupted interrupted(Form form) throws Exception {
        var begun = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        var flag = new AtomicBoolean();
        WireServer.Script script = form == WHOLE ? silent(begun) : holding();
        try (var adapter = open(script.andThen(_ -> hungUp.countDown()))) {
            var call = pending(() -> {
                LlmReply reply = form == WHOLE ? adapter.ask(WHOLE) : adapter.stream(begun::countDown);
                flag.set(Thread.currentThread().isInterrupted());
                return reply;
            });
            assertTrue(soon(begun));
            call.thread().interrupt();
            return new Interrupted(failed(call.soon()).kind(), flag.get(), soon(hungUp));
        }
    }

    @Test
    default void is_cancelled_by_an_interrupt_that_came_before() {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                var call = pending(() -> {
                    Thread.currentThread().interrupt();
                    return adapter.ask(form);
                });
                assertEquals(Kind.CANCELLED, failed(call.soon()).kind());
            }
        });
    }

    @Test
    default void ends_a_model_list_when_interrupted() throws Exception {
        var asked = new CountDownLatch(1);
        var flag = new AtomicBoolean();
        try (var adapter = open(silent(asked))) {
            var call = pending(() -> {
                ModelsReply reply = adapter.port.models(slot(1), LONG);
                flag.set(Thread.currentThread().isInterrupted());
                return reply;
            });
            if (soon(asked)) { // an adapter without a list need not send a request
                call.thread().interrupt();
            }
            ModelsReply reply = call.soon();
            if (wire().models(List.of()).isPresent()) {
                var failed = assertInstanceOf(ModelsReply.Failed.class, reply);
                assertEquals(Kind.CANCELLED, failed.failure().kind());
                assertTrue(flag.get(), "the interrupt was swallowed");
            }
        }
    }
}
