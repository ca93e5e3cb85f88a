package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.limited;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.failure;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.slot;
import static io.keywheel.application.service.TestGateway.upTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.UsageSink;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.usage.EndedAttempt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Waits of requests: for a key, up to the longest wait, and until they are cancelled.
class WaitingTest {

    private static final Duration COOLDOWN = Duration.ofMillis(20);
    private static final Duration MAY_WAIT = Duration.ofSeconds(8);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @AutoClose
    private final TestGateway test = new TestGateway(MAY_WAIT, 1);

    @AutoClose
    private final TestGateway twoKeys = new TestGateway(MAY_WAIT, 2);

    @Test
    void interrupt_cancels_a_waiting_request() throws Exception {
        test.limit(GROQ_1, COOLDOWN);
        var chat = new FutureTask<>(() -> {
            test.failure(ChatCancelledException.class, groqs("m"));
            return Thread.interrupted();
        });
        Thread waiting = Thread.ofVirtual().start(chat);
        test.awaitWaiting(1);

        waiting.interrupt();

        assertTrue(chat.get(), "the flag stays set");
    }

    @Test
    void cancelled_request_leaves_the_queue() {
        test.limit(GROQ_1, COOLDOWN);

        test.waits(groqs("m")).cancel(true);

        test.awaitWaiting(0);
    }

    @Test
    void ended_attempt_has_the_wait_before_it() {
        var waits = new CopyOnWriteArrayList<Duration>();
        UsageSink sink = new UsageSink() {
            @Override
            public void ended(EndedAttempt attempt, TokenUsage tokens) {
                waits.add(attempt.waitTime());
            }
        };
        test.groq.fails(GROQ_1, ScriptedPort.limited(COOLDOWN));
        CompletableFuture<Answer> waiting = test.waits(groqs("m").withUsageSink(sink));

        test.pass(COOLDOWN);

        waiting.join();
        assertEquals(List.of(Duration.ZERO, COOLDOWN), waits);
    }

    @Test
    void close_cancels_waiting_and_later_chats() throws Exception {
        test.limit(GROQ_1, COOLDOWN);
        CompletableFuture<Answer> waits = test.waits(groqs("m"));

        test.gateway.close();

        failure(ChatCancelledException.class, waits);
        test.failure(ChatCancelledException.class, groqs("m"));
    }

    @Test
    void attempt_cut_by_close_cools_nothing() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var begun = test.groq.holds(GROQ_1, mayEnd, new Failure.Unavailable("the client is closed", null));
        var cut = test.chatAsync(groqs("m"));
        begun.await();

        test.gateway.close();
        mayEnd.countDown();

        assertEquals(1, failure(ChatCancelledException.class, cut).attempts().size());
        verify(test.events, never()).changed(any());
    }

    @ParameterizedTest
    @MethodSource
    void last_waiting_request_is_next_if_one_leaves_sooner_than_it_waited(Failure end, Duration after, List<Long> order)
            throws Exception {
        var mayEnd = new CountDownLatch(1);
        test.groq.fails(GROQ_1, limited(COOLDOWN));
        var begun = test.groq.holds(GROQ_1, mayEnd, end);
        var _ = test.waits(upTo(1L));
        test.pass(COOLDOWN);
        begun.await();
        var second = test.waits(upTo(2L));
        var third = test.chatAsync(upTo(3L));
        test.awaitWaiting(2);

        test.pass(after);
        mayEnd.countDown();

        CompletableFuture.allOf(second, third).join();
        assertEquals(
                order,
                test.groq.calls().stream()
                        .map(call -> call.sampling().maxTokens())
                        .skip(2)
                        .toList());
    }

    static List<Arguments> last_waiting_request_is_next_if_one_leaves_sooner_than_it_waited() {
        Duration sooner = COOLDOWN.minusNanos(1);
        return List.of(
                Arguments.of(new Failure.Cancelled(), sooner, List.of(3L, 2L)),
                Arguments.of(new Failure.OutOfTime(), sooner, List.of(3L, 2L)),
                Arguments.of(new Failure.Cancelled(), COOLDOWN, List.of(2L, 3L)),
                Arguments.of(new Failure.Unattributed("odd"), sooner, List.of(2L, 3L)));
    }

    @Test
    void last_waiting_request_is_next_although_a_key_refused_the_one_that_left() throws Exception {
        var isRefused = new AtomicBoolean();
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        for (KeySlot key : List.of(GROQ_1, GROQ_2)) {
            twoKeys.groq.fails(key, limited(COOLDOWN));
            twoKeys.groq.script(key, (_, _) -> {
                if (isRefused.compareAndSet(false, true)) {
                    return new LlmReply.Failed(new Failure.KeyRefused("no"));
                }
                begun.countDown();
                ScriptedPort.await(mayEnd);
                return new LlmReply.Failed(new Failure.Cancelled());
            });
        }
        var _ = twoKeys.waits(upTo(1L));
        twoKeys.pass(COOLDOWN);
        begun.await();
        var second = twoKeys.waits(upTo(2L));
        var third = twoKeys.chatAsync(upTo(3L));
        twoKeys.awaitWaiting(2);

        mayEnd.countDown();

        CompletableFuture.allOf(second, third).join();
        assertEquals(
                List.of(3L, 2L),
                twoKeys.groq.calls().stream()
                        .map(call -> call.sampling().maxTokens())
                        .skip(4)
                        .toList());
    }

    @Test
    void waiting_request_retries_the_first_key_whose_limit_ends() throws Exception {
        twoKeys.groq.fails(GROQ_1, limited(SHORT.multipliedBy(2)));
        twoKeys.groq.fails(GROQ_2, limited(SHORT));
        CompletableFuture<Answer> waits = twoKeys.waits(groqs("m"));

        twoKeys.pass(SHORT);

        Answer answer = waits.get();
        assertEquals(GROQ_2, slot(answer));
        assertEquals(List.of("groq/1:rate_limited", "groq/2:rate_limited"), trail(answer));
    }

    @Test
    void request_retries_a_key_whose_limit_ends_with_its_wait_although_it_wakes_up_late() throws Exception {
        test.groq.fails(GROQ_1, limited(MAY_WAIT));
        CompletableFuture<Answer> waits = test.waits(groqs("m"));

        test.pass(MAY_WAIT.plusMillis(1));

        assertEquals(GROQ_1, slot(waits.get()));
    }

    @Test
    void request_that_may_not_wait_retries_no_key_after_its_limit() {
        try (var noWait = new TestGateway(Duration.ZERO, 2)) {
            noWait.groq.fails(GROQ_1, limited(SHORT));
            noWait.groq.script(GROQ_2, (_, _) -> {
                noWait.pass(SHORT);
                return new LlmReply.Failed(limited(SHORT));
            });

            var failed = noWait.failure(AllFailedException.class, groqs("m"));

            assertEquals(2, failed.attempts().size());
        }
    }

    @Test
    void time_of_attempts_does_not_count_towards_max_wait() throws Exception {
        twoKeys.groq.script(GROQ_1, (_, _) -> {
            twoKeys.pass(MAY_WAIT);
            return new LlmReply.Failed(limited(SHORT));
        });
        twoKeys.groq.fails(GROQ_2, limited(SHORT.multipliedBy(2)));
        CompletableFuture<Answer> waits = twoKeys.waits(groqs("m"));

        twoKeys.pass(SHORT);

        assertEquals(GROQ_1, slot(waits.get()));
    }

    @Test
    void several_waits_within_max_wait_are_allowed() throws Exception {
        var waits = waitsTwice(SHORT.dividedBy(2));

        twoKeys.awaitWaiting(1);
        twoKeys.pass(SHORT);

        assertEquals(GROQ_1, slot(waits.get()));
    }

    /// The first wait takes three quarters of the maximum wait.
    private CompletableFuture<Answer> waitsTwice(Duration second) {
        twoKeys.groq.fails(GROQ_1, limited(SHORT.multipliedBy(3)), limited(second));
        twoKeys.groq.fails(GROQ_2, limited(MAY_WAIT.multipliedBy(2)));
        CompletableFuture<Answer> waits = twoKeys.waits(groqs("m"));
        twoKeys.pass(SHORT.multipliedBy(3));
        return waits;
    }

    @Test
    void several_waits_beyond_max_wait_end_the_request() {
        var waits = waitsTwice(SHORT.multipliedBy(2));

        assertEquals(3, failure(AllFailedException.class, waits).attempts().size());
    }

    private static List<String> trail(Answer answer) {
        return answer.servedBy().failedBefore().stream()
                .map(FailedAttempt::toString)
                .toList();
    }
}
