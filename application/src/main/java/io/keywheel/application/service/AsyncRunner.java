package io.keywheel.application.service;

import io.keywheel.application.port.in.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Runs the blocking forms on other threads.
///
/// Cancelling a plain [CompletableFuture] does not interrupt its task. Ending a future of this class by `cancel` or
/// `orTimeout` does.
record AsyncRunner(ExecutorService threads) {

    CompletableFuture<Answer> spawn(Supplier<Answer> work) {
        var future = new CompletableFuture<Answer>();
        var finished = new AtomicBoolean();
        try {
            Future<?> task = threads.submit(() -> run(work, future, finished));
            var _ = future.whenComplete((_, _) -> {
                if (!finished.get()) {
                    task.cancel(true);
                }
            });
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private static void run(Supplier<Answer> work, CompletableFuture<Answer> future, AtomicBoolean finished) {
        try {
            Answer answer = work.get();
            finished.set(true);
            future.complete(answer);
        } catch (Throwable e) {
            finished.set(true);
            future.completeExceptionally(e);
        }
    }
}
