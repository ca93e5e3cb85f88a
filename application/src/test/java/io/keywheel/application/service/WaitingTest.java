package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.groqs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WaitingTest {

    private static final Duration COOLDOWN = Duration.ofMillis(20);
    private static final Failure LIMITED = new Failure.RateLimited("limited", COOLDOWN, RateLimitStatus.UNKNOWN);

    @AutoClose
    private final TestGateway test =
            new TestGateway(new RequestLimits(0, Duration.ofSeconds(1), 1000, Duration.ofMinutes(2)), 1);

    @Test
    void waiting_request_gets_the_key_exactly_when_its_cooldown_ends() throws Exception {
        limitTheOnlyKey();
        var waits = test.gateway.chats().chatAsync(groqs("openai/gpt-oss-120b"));
        test.awaitWaiting(1);

        test.pass(COOLDOWN.minusNanos(1));
        test.awaitWaiting(1);
        test.pass(Duration.ofNanos(1));

        assertEquals(GROQ_1, waits.get().serving().target().key().slot());
    }

    @Test
    void interrupt_cancels_a_waiting_request() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        limitTheOnlyKey();
        test.pass(COOLDOWN);
        test.groq.script(GROQ_1, (call, sink) -> {
            begun.countDown();
            await(mayEnd);
            return ScriptedPort.answer(call, sink);
        });
        var probe = test.gateway.chats().chatAsync(groqs("openai/gpt-oss-120b"));
        begun.await();

        Thread.currentThread().interrupt();
        assertThrows(ChatCancelledException.class, () -> test.gateway.chats().chat(groqs("openai/gpt-oss-120b")));

        assertTrue(Thread.interrupted(), "the flag stays set");
        mayEnd.countDown();
        probe.get();
    }

    @Test
    void close_cancels_waiting_and_later_chats() throws Exception {
        limitTheOnlyKey();
        var waits = test.gateway.chats().chatAsync(groqs("openai/gpt-oss-120b"));
        test.awaitWaiting(1);

        test.gateway.close();

        var end = assertThrows(ExecutionException.class, waits::get);
        assertInstanceOf(ChatCancelledException.class, end.getCause());
        assertThrows(ChatCancelledException.class, () -> test.gateway.chats().chat(groqs("openai/gpt-oss-120b")));
    }

    @Test
    void attempt_cut_by_close_cools_nothing() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        test.groq.script(GROQ_1, (_, _) -> {
            begun.countDown();
            await(mayEnd);
            return new LlmReply.Failed(new Failure.Unavailable("the client is closed", null));
        });
        var cut = test.gateway.chats().chatAsync(groqs("openai/gpt-oss-120b"));
        begun.await();

        test.gateway.close();
        mayEnd.countDown();

        var end = assertThrows(ExecutionException.class, cut::get);
        var cancelled = assertInstanceOf(ChatCancelledException.class, end.getCause());
        assertEquals(1, cancelled.attempts().size());
        verify(test.events, never()).changed(any());
    }

    @Test
    void status_releases_the_lock() {
        GatewayStatusUseCase status = test.gateway.status();
        status.status();

        assertTimeoutPreemptively(Duration.ofSeconds(60), status::waiting, "asked on a thread of its own");
    }

    private void limitTheOnlyKey() {
        test.groq.fails(GROQ_1, LIMITED);
        assertThrows(AttemptFailedException.class, () -> test.gateway.chats().chat(TestGateway.withoutFallback()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
