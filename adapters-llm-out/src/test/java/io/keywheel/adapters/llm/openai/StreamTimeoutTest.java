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
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// How long a stream is listened to.
@Timeout(30)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class StreamTimeoutTest extends StreamFixture {

    @Test
    void roles_and_keep_alives_are_no_first_token() {
        assertEquals(
                new Failure.TimedOut("no first token within 300ms"),
                failed(
                        exchange -> {
                            exchange.openStream();
                            exchange.event(ROLE);
                            while (!exchange.hungUpWithin(20)) {
                                exchange.chunk(": keep-alive\n\n");
                            }
                        },
                        new Timeouts(LONG, SHORT, LONG),
                        LONG));
    }

    @Test
    void an_answer_that_has_ended_is_not_waited_for_as_long_as_one_that_has_not() {
        long began = System.nanoTime();

        LlmReply reply = reply(
                exchange -> {
                    exchange.openStream();
                    exchange.event(HELLO);
                    exchange.event(STOP);
                    exchange.awaitHangUp();
                },
                new Timeouts(LONG, LONG, Duration.ofMinutes(1)),
                Duration.ofMinutes(1));

        assertInstanceOf(LlmReply.Answered.class, reply);
        assertTrue(System.nanoTime() - began < Duration.ofSeconds(4).toNanos());
    }

    @Test
    void silence_after_content_is_interrupted() {
        assertEquals(
                new Failure.Interrupted("nothing more within 300ms"),
                failed(
                        exchange -> {
                            exchange.openStream();
                            exchange.event(HELLO);
                            while (!exchange.hungUpWithin(20)) {
                                exchange.chunk(": keep-alive\n\n");
                            }
                        },
                        new Timeouts(LONG, LONG, SHORT),
                        LONG));
    }

    @Test
    void the_requests_own_deadline_is_nobodys_fault() {
        assertEquals(new Failure.OutOfTime(), failed(WireExchange::awaitHangUp, new Timeouts(LONG, LONG, LONG), SHORT));
    }

    @Test
    void the_requests_own_deadline_interrupts_what_has_begun() {
        assertEquals(
                new Failure.Interrupted("the request's deadline passed"),
                failed(
                        exchange -> {
                            exchange.openStream();
                            exchange.event(HELLO);
                            exchange.awaitHangUp();
                        },
                        new Timeouts(LONG, LONG, LONG),
                        SHORT));
    }

    @Test
    void what_the_sink_throws_comes_out_and_hangs_up() throws Exception {
        var gone = new IllegalStateException("gone");
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
                    exchange.openStream();
                    exchange.event(HELLO);
                    exchange.awaitHangUp();
                    hungUp.countDown();
                });
                LlmPort port = open(server, TestCalls.PATIENT)) {
            assertSame(
                    gone,
                    assertThrows(
                            IllegalStateException.class,
                            () -> port.stream(TestCalls.hello(), chunk -> {
                                throw gone;
                            })));
            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void an_interrupt_cancels_and_stays_set() throws Exception {
        var begun = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
                    exchange.openStream();
                    exchange.event(HELLO);
                    exchange.awaitHangUp();
                    hungUp.countDown();
                });
                LlmPort port = open(server, TestCalls.PATIENT)) {
            var outcome = new CompletableFuture<String>();
            Thread thread = Thread.ofPlatform().start(() -> {
                LlmReply reply = port.stream(TestCalls.hello(), chunk -> begun.countDown());
                outcome.complete(reply + " " + Thread.currentThread().isInterrupted());
            });
            assertTrue(begun.await(5, TimeUnit.SECONDS));
            thread.interrupt();

            assertEquals(new LlmReply.Failed(new Failure.Cancelled()) + " true", outcome.get(1, TimeUnit.SECONDS));
            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void a_body_that_never_ends_after_done_is_not_waited_for() {
        assertEquals(
                FinishReason.STOP,
                answered(exchange -> {
                            exchange.openStream();
                            exchange.event(HELLO);
                            exchange.event(STOP);
                            exchange.event("[DONE]");
                            exchange.awaitHangUp();
                        })
                        .finishReason());
    }
}
