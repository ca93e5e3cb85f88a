package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.application.port.in.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Threads may be reused, so an interrupt must not remain set.
class AsyncRunnerTest {

    @Test
    void answer_leaves_its_thread_uninterrupted() throws Exception {
        try (var test = new TestGateway()) {
            Answer answer = test.chat(TestGateway.anyModel());

            assertFalse(interruptedAfter(() -> answer));
        }
    }

    @Test
    void failure_leaves_its_thread_uninterrupted() throws Exception {
        assertFalse(interruptedAfter(() -> {
            throw new IllegalStateException("a bug");
        }));
    }

    /// The work ends after its future was returned, when its end could be mistaken for a cancellation.
    private static boolean interruptedAfter(Supplier<Answer> work) throws ExecutionException, InterruptedException {
        var flag = new CompletableFuture<Boolean>();
        var handedOut = new CompletableFuture<Void>();
        var threads =
                Executors.newThreadPerTaskExecutor(task -> Thread.ofVirtual().unstarted(() -> {
                    task.run();
                    flag.complete(Thread.currentThread().isInterrupted());
                }));
        try (threads) {
            var _ = new AsyncRunner(threads).spawn(() -> {
                handedOut.join();
                return work.get();
            });
            handedOut.complete(null);
            return flag.get();
        }
    }
}
