package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// An interrupt says that nobody waits any more: the attempt ends at once, here and at the provider.
interface Interrupts extends Subject {

    @Test
    default void is_cancelled_by_an_interrupt_before_the_answer() throws Exception {
        var asked = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        })) {
            assertEquals(Kind.CANCELLED, kind(interrupted(trial.pending(WHOLE), asked)));
        }
    }

    @Test
    default void is_cancelled_by_an_interrupt_amid_a_stream() throws Exception {
        var said = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
        })) {
            var pending = Trial.pending(() -> trial.port().stream(trial.hello(Trial.LONG), chunk -> {
                if (chunk.carriesContent()) {
                    said.countDown();
                }
            }));
            assertEquals(Kind.CANCELLED, kind(interrupted(pending, said)));
        }
    }

    @Test
    default void is_cancelled_by_an_interrupt_that_came_before() throws Exception {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            var pending = Trial.pending(() -> {
                Thread.currentThread().interrupt();
                return trial.ask(WHOLE);
            });
            assertEquals(Kind.CANCELLED, kind(pending.soon()));
        }
    }

    @Test
    default void leaves_the_thread_interrupted() throws Exception {
        var asked = new CountDownLatch(1);
        var flag = new CompletableFuture<Boolean>();
        try (var trial = trial(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        })) {
            var pending = Trial.pending(() -> {
                LlmReply reply = trial.ask(WHOLE);
                flag.complete(Thread.currentThread().isInterrupted());
                return reply;
            });
            interrupted(pending, asked);
            assertTrue(flag.get(), "the interrupt was swallowed");
        }
    }

    @Test
    default void hangs_up_when_interrupted_before_the_answer() throws Exception {
        var asked = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            interrupted(trial.pending(WHOLE), asked);
            assertTrue(soon(hungUp), "the provider still works on it");
        }
    }

    @Test
    default void hangs_up_when_interrupted_amid_a_stream() throws Exception {
        var said = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            var pending = Trial.pending(() -> trial.port().stream(trial.hello(Trial.LONG), chunk -> {
                if (chunk.carriesContent()) {
                    said.countDown();
                }
            }));
            interrupted(pending, said);
            assertTrue(soon(hungUp), "the provider still speaks");
        }
    }

    @Test
    default void lists_no_models_for_a_thread_that_is_interrupted() throws Exception {
        var asked = new CountDownLatch(1);
        var listed = new CompletableFuture<ModelsReply>();
        try (var trial = trial(exchange -> {
            asked.countDown();
            exchange.awaitHangUp();
        })) {
            Thread thread =
                    Thread.ofVirtual().start(() -> listed.complete(trial.port().models(trial.slot(1), Trial.LONG)));
            if (soon(asked)) { // one without a list need not ask for it
                thread.interrupt();
            }
            ModelsReply reply = listed.get(Trial.AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
            if (wire().models(List.of()).isPresent()) {
                var failed = assertInstanceOf(ModelsReply.Failed.class, reply);
                assertEquals(Kind.CANCELLED, failed.failure().kind());
            }
        }
    }

    private static LlmReply interrupted(Trial.Pending pending, CountDownLatch when) throws Exception {
        assertTrue(when.await(Trial.LONG.toMillis(), TimeUnit.MILLISECONDS));
        pending.thread().interrupt();
        return pending.soon();
    }

    private static Kind kind(LlmReply reply) {
        return Trial.failed(reply).kind();
    }

    private static boolean soon(CountDownLatch latch) throws InterruptedException {
        return latch.await(Trial.AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
