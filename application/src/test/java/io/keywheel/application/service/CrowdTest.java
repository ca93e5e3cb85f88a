package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.withoutFallback;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many requests, each on its own thread, wait for three keys, which are ready after 10, 10.4 and 10.8 seconds.
@Timeout(120)
class CrowdTest {

    private static final int MANY = 300;
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofMillis(400);

    private final TestGateway test =
            new TestGateway(new RequestLimits(0, Duration.ofMinutes(1), MANY, Duration.ofMinutes(2)), 3);
    private final CountDownLatch probesMayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        probesMayEnd.countDown();
        test.close();
        assertEquals(0, ((KeyScheduler) test.gateway.status()).waiting());
        assertEquals(0, test.groq.underWay());
    }

    @Test
    void first_three_requests_probe_the_three_keys() {
        limitAll();
        holdProbes(ScriptedPort.answered("back again"));
        List<CompletableFuture<Answer>> answers = comeOneByOne(MANY);

        List<String> firsts = passAndListCalls();

        assertEquals(List.of("0 to groq/1", "1 to groq/2", "2 to groq/3"), firsts);
        test.awaitWaiting(MANY - 3);
        probesMayEnd.countDown();
        answers.forEach(CompletableFuture::join);
        assertEquals(MANY + 3, test.groq.calls().size(), "one call each, and those that were limited");
    }

    @Test
    void cancelled_waiting_requests_make_no_attempt() {
        long seed = System.nanoTime();
        limitAll();
        var answers = new ArrayList<>(comeOneByOne(MANY));
        Collections.shuffle(answers, new Random(seed));

        answers.subList(0, MANY / 2).forEach(answer -> answer.cancel(true));
        test.awaitWaiting(MANY / 2);
        test.pass(TEN);

        answers.subList(MANY / 2, MANY).forEach(CompletableFuture::join);
        assertEquals(MANY / 2 + 3, test.groq.calls().size(), () -> "seed " + seed);
    }

    private void limitAll() {
        for (int key = 1; key <= 3; key++) {
            test.groq.fails(new KeySlot(GROQ, key), limitedFor(TEN.plus(STEP.multipliedBy(key - 1))));
            assertThrows(
                    AttemptFailedException.class,
                    () -> test.gateway.chats().chat(withoutFallback(new ModelSelector("groq", "m"))));
        }
    }

    private void holdProbes(LlmReply reply) {
        for (int key = 1; key <= 3; key++) {
            test.groq.script(new KeySlot(GROQ, key), (_, _) -> {
                await(probesMayEnd);
                return reply;
            });
        }
    }

    /// Each request is in the queue before the next one starts.
    private List<CompletableFuture<Answer>> comeOneByOne(int requests) {
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (int request = 0; request < requests; request++) {
            answers.add(test.gateway.chats().chatAsync(TestGateway.saying("" + request)));
            test.awaitWaiting(request + 1);
        }
        return answers;
    }

    /// Lets the cooldowns of the three keys end. Returns the request and key of each new call, in order.
    private List<String> passAndListCalls() {
        for (Duration step : List.of(TEN, STEP, STEP)) {
            int before = test.groq.calls().size();
            test.pass(step);
            while (test.groq.calls().size() == before) {
                Thread.onSpinWait();
            }
        }
        return test.groq.calls().stream()
                .skip(3)
                .map(call -> said(call) + " to " + call.target().key().slot())
                .toList();
    }

    private static String said(LlmCall call) {
        Message message = call.conversation().messages().getFirst();
        return ((Part.Text) message.content().getFirst()).text();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Failure limitedFor(Duration time) {
        return new Failure.RateLimited("limited", time, RateLimitStatus.UNKNOWN);
    }
}
