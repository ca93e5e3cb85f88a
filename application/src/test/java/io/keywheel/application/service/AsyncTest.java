package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.anyModel;
import static io.keywheel.application.service.TestGateway.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.status.KeyState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncTest {

    @AutoClose
    private final TestGateway test = new TestGateway();

    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void future_timeout_interrupts_the_attempt_in_progress(boolean streamed) throws Exception {
        test.groq.script(GROQ_1, (_, _) -> hang());

        CompletableFuture<Answer> future = start(streamed);
        started.await();

        future.orTimeout(50, TimeUnit.MILLISECONDS);

        failure(TimeoutException.class, future);
        assertTrue(interrupted.await(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancelled_future_cools_no_key_and_starts_no_further_attempt(boolean streamed) throws Exception {
        test.groq.script(GROQ_1, (_, _) -> hang());
        CompletableFuture<Answer> future = start(streamed);
        started.await();

        future.cancel(true);
        interrupted.await();
        test.close();

        assertEquals(0, test.cerebras.calls().size());
        assertEquals(new KeyState.Ready(), test.firstKey().state());
    }

    @Test
    void rejected_thread_completes_the_future_exceptionally() {
        test.threads.shutdown();

        var future = test.chatAsync(anyModel());

        failure(RejectedExecutionException.class, future);
    }

    private CompletableFuture<Answer> start(boolean streamed) {
        return streamed ? test.gateway.chats().chatStreamAsync(anyModel(), _ -> {}) : test.chatAsync(anyModel());
    }

    private LlmReply hang() {
        started.countDown();
        try {
            new CountDownLatch(1).await();
            throw new AssertionError("no thread counts down");
        } catch (InterruptedException _) {
            interrupted.countDown();
            Thread.currentThread().interrupt();
            return new LlmReply.Failed(new Failure.Cancelled());
        }
    }
}
