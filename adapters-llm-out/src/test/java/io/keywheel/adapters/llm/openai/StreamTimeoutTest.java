package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.failover.Failure;
import io.keywheel.patience.MoreTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long a stream is listened to.
@Timeout(120)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class StreamTimeoutTest extends StreamFixture {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final CountDownLatch hungUp = new CountDownLatch(1);

    /// Sends `events`, and then nothing until the client hangs up.
    private WireServer.Script stalled(String... events) {
        return exchange -> {
            exchange.openStream();
            for (String event : events) {
                exchange.event(event);
            }
            exchange.awaitHangUp();
            hungUp.countDown();
        };
    }

    /// The same, with comments that keep the connection alive.
    private static WireServer.Script keptAlive(String event) {
        return exchange -> {
            exchange.openStream();
            exchange.event(event);
            while (!exchange.hungUpWithin(20)) {
                exchange.chunk(": keep-alive\n\n");
            }
        };
    }

    @Test
    void roles_and_keep_alives_are_no_first_token() {
        assertEquals(
                new Failure.TimedOut("no first token within 300ms"),
                failed(keptAlive(ROLE), new Timeouts(LONG, SHORT, LONG), LONG));
    }

    @Test
    void silence_after_content_is_interrupted() {
        assertEquals(
                new Failure.Interrupted("nothing more within 300ms"),
                failed(keptAlive(HELLO), new Timeouts(LONG, LONG, SHORT), LONG));
    }

    @Test
    void a_choice_that_has_not_ended_is_waited_for() {
        String first = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        String second = "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}}]}";

        assertEquals(
                new Failure.Interrupted("nothing more within 300ms"),
                failed(stalled(HELLO, second, first), new Timeouts(LONG, LONG, SHORT), LONG));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_answer_that_has_ended_is_not_waited_for_as_long_as_one_that_has_not(boolean done) {
        long began = System.nanoTime();
        LlmReply reply = reply(
                done ? stalled(HELLO, STOP, "[DONE]") : stalled(HELLO, STOP),
                new Timeouts(LONG, LONG, A_MINUTE),
                A_MINUTE);

        assertInstanceOf(LlmReply.Answered.class, reply);
        assertTrue(System.nanoTime() - began < Duration.ofSeconds(30).toNanos());
    }

    @Test
    void the_requests_own_deadline_fails_what_has_not_begun_and_interrupts_what_has() throws Exception {
        var timeouts = new Timeouts(LONG, LONG, LONG);

        assertEquals(new Failure.OutOfTime(), failed(WireExchange::awaitHangUp, timeouts, SHORT));
        MoreTime.than(
                SHORT,
                time -> assertEquals(
                        new Failure.Interrupted("the request's deadline passed"),
                        failed(stalled(HELLO), timeouts, time)));
    }

    @Test
    void what_the_sink_throws_comes_out_and_hangs_up() throws Exception {
        var gone = new IllegalStateException("gone");
        try (var server = WireServer.start(stalled(HELLO));
                LlmPort port = open(server, TestCalls.PATIENT)) {
            assertSame(
                    gone,
                    assertThrows(
                            IllegalStateException.class,
                            () -> port.stream(TestCalls.hello(), chunk -> {
                                throw gone;
                            })));
            assertTrue(hungUp.await(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void an_interrupt_cancels_and_stays_set() throws Exception {
        var begun = new CountDownLatch(1);
        try (var server = WireServer.start(stalled(HELLO));
                LlmPort port = open(server, TestCalls.PATIENT)) {
            var outcome = new CompletableFuture<String>();
            Thread thread = Thread.ofPlatform().start(() -> {
                LlmReply reply = port.stream(TestCalls.hello(), chunk -> begun.countDown());
                outcome.complete(reply + " " + Thread.currentThread().isInterrupted());
            });
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            thread.interrupt();

            assertEquals(new LlmReply.Failed(new Failure.Cancelled()) + " true", outcome.get(30, TimeUnit.SECONDS));
            assertTrue(hungUp.await(30, TimeUnit.SECONDS));
        }
    }
}
