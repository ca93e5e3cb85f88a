package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.CEREBRAS_1;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.selecting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class WaitingTest {

    private static final Duration REST = Duration.ofMillis(20);
    private static final Failure LIMITED = limitedFor(REST);

    private final CountDownLatch trialBegan = new CountDownLatch(1);
    private final CountDownLatch trialMayEnd = new CountDownLatch(1);

    @Test
    void a_patient_request_gets_the_key_at_the_moment_it_is_ready() throws Exception {
        try (var test = new TestGateway(patience(Duration.ofSeconds(1)), 1)) {
            test.groq.fails(GROQ_1, LIMITED);
            assertThrows(
                    AllKeysFailedException.class, () -> test.gateway.chats().chat(groqs("m")));
            var patient = test.gateway.chats().chatAsync(groqs("m"));
            test.awaitWaiting(1);

            test.pass(REST.minusNanos(1));
            test.awaitWaiting(1);
            test.pass(Duration.ofNanos(1));

            assertEquals(GROQ_1, patient.get().serving().target().key().slot());
        }
    }

    @Test
    void a_request_that_came_later_goes_first_where_its_key_is_ready_sooner() throws Exception {
        try (var test = new TestGateway(patience(Duration.ofSeconds(1)), 1)) {
            test.groq.fails(GROQ_1, limitedFor(REST.multipliedBy(2)));
            test.cerebras.fails(CEREBRAS_1, LIMITED);
            assertThrows(
                    AllProvidersFailedException.class,
                    () -> test.gateway.chats().chat(TestGateway.anyModel()));
            var first = test.gateway.chats().chatAsync(selecting("groq", null));
            test.awaitWaiting(1);
            var second = test.gateway.chats().chatAsync(selecting("cerebras", null));
            test.awaitWaiting(2);

            test.pass(REST);

            assertEquals(CEREBRAS_1, second.get().serving().target().key().slot());
            assertFalse(first.isDone());
            test.pass(REST);
            assertEquals(GROQ_1, first.get().serving().target().key().slot());
        }
    }

    @Test
    void no_request_waits_longer_than_its_patience() {
        try (var test = new TestGateway(patience(Duration.ofSeconds(1)), 1)) {
            test.groq.fails(GROQ_1, limitedFor(Duration.ofMillis(1001)));
            assertThrows(
                    AllKeysFailedException.class, () -> test.gateway.chats().chat(groqs("m")));

            assertThrows(
                    AllKeysFailedException.class, () -> test.gateway.chats().chat(groqs("m")));
            assertEquals(1, test.groq.calls().size());
        }
    }

    @Test
    void everybody_waits_for_the_one_probe_and_goes_on_when_it_succeeds() throws Exception {
        try (var test = recovering()) {
            test.groq.script(GROQ_1, (call, sink) -> {
                await(trialMayEnd);
                return ScriptedPort.answer(call, sink);
            });
            List<CompletableFuture<Answer>> answers = askManyTimes(test);

            assertEquals(1, test.groq.calls().size() - 1, "one trial, not a herd");
            trialMayEnd.countDown();

            for (CompletableFuture<Answer> answer : answers) {
                assertEquals(GROQ_1, answer.get().serving().target().key().slot());
            }
        }
    }

    @Test
    void everybody_gives_up_when_the_one_probe_fails() throws Exception {
        try (var test = recovering()) {
            test.groq.script(GROQ_1, (_, _) -> {
                await(trialMayEnd);
                return new LlmReply.Failed(LIMITED);
            });
            List<CompletableFuture<Answer>> answers = askManyTimes(test);

            trialMayEnd.countDown();

            for (CompletableFuture<Answer> answer : answers) {
                assertInstanceOf(
                        AllKeysFailedException.class,
                        assertThrows(ExecutionException.class, answer::get).getCause());
            }
            assertEquals(2, test.groq.calls().size());
        }
    }

    @Test
    void an_interrupt_ends_the_wait() throws Exception {
        try (var test = recovering()) {
            test.groq.script(GROQ_1, (call, sink) -> {
                await(trialMayEnd);
                return ScriptedPort.answer(call, sink);
            });
            var trial = test.gateway.chats().chatAsync(groqs("m"));
            trialBegan.await();

            Thread.currentThread().interrupt();
            assertThrows(
                    ChatCancelledException.class, () -> test.gateway.chats().chat(groqs("m")));

            assertTrue(Thread.interrupted(), "the flag stays set");
            trialMayEnd.countDown();
            trial.get();
        }
    }

    @Test
    void nobody_waits_for_whoever_has_looked_at_the_keys() {
        try (var test = new TestGateway()) {
            GatewayStatusUseCase status = test.gateway.status();
            status.status();

            assertTimeoutPreemptively(Duration.ofSeconds(5), status::waiting, "asked on a thread of its own");
        }
    }

    private List<CompletableFuture<Answer>> askManyTimes(TestGateway test) throws InterruptedException {
        var first = test.gateway.chats().chatAsync(groqs("m"));
        trialBegan.await();
        var others = IntStream.range(0, 50)
                .mapToObj(_ -> test.gateway.chats().chatAsync(groqs("m")))
                .toList();
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    /// A gateway whose only key at Groq has just rested from a rate limit.
    private static TestGateway recovering() {
        var test = new TestGateway(TestGateway.LIMITS, 1);
        test.groq.fails(GROQ_1, LIMITED);
        assertThrows(AllKeysFailedException.class, () -> test.gateway.chats().chat(groqs("m")));
        test.pass(REST);
        return test;
    }

    private void await(CountDownLatch latch) {
        trialBegan.countDown();
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static RequestLimits patience(Duration maxWait) {
        return new RequestLimits(0, maxWait, 1000, Duration.ofMinutes(2));
    }

    private static Failure limitedFor(Duration time) {
        return new Failure.RateLimited("limited", time, RateLimitStatus.UNKNOWN);
    }
}
