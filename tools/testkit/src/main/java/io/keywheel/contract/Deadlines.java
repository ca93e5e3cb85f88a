package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.timing.LongerTimeouts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Checks of the provider timeouts and of the request's deadline.
interface Deadlines extends AdapterUnderTest {

    Timeouts QUICK = new Timeouts(LONG, SHORT, SHORT);

    /// Long enough for the first content, unless the machine stalls.
    Duration A_WHILE = Duration.ofMillis(1500);

    @Test
    default void gives_up_connecting_in_time() throws Exception {
        try (var full = new FullListener();
                LlmPort port = port(full.baseUrl(), new Timeouts(SHORT, LONG, LONG), Map.of(), SECRET)) {
            assertEnds(Kind.TIMED_OUT, () -> port.complete(hello(LONG)));
        }
    }

    @Test
    default void gives_up_waiting_for_an_answer() throws Exception {
        assertEnds(Kind.TIMED_OUT, WHOLE, QUICK, WireExchange::awaitHangUp);
    }

    @Test
    default void gives_up_waiting_for_the_rest_of_an_answer() throws Exception {
        Reply answer = wire().answer("Hello", FinishReason.STOP);
        assertEnds(Kind.TIMED_OUT, WHOLE, QUICK, exchange -> {
            exchange.openChunks(answer.type());
            for (byte one : answer.body().getBytes(StandardCharsets.UTF_8)) {
                exchange.chunk(new byte[] {one});
                if (exchange.hungUpWithin(50)) {
                    return;
                }
            }
        });
    }

    @Test
    default void gives_up_waiting_for_the_first_chunk() throws Exception {
        assertEnds(Kind.TIMED_OUT, STREAM, QUICK, begun().andThen(WireExchange::awaitHangUp));
    }

    @Test
    default void gives_up_waiting_for_content_after_empty_chunks() throws Exception {
        assertEnds(Kind.TIMED_OUT, STREAM, QUICK, begun().andThen(exchange -> {
            do {
                exchange.chunk(wire().piece(""));
            } while (!exchange.hungUpWithin(50));
        }));
    }

    /// An adapter may use interrupts of its own to end an attempt. The same thread makes the next one.
    @Test
    default void leaves_the_thread_uninterrupted_after_a_timeout() {
        inEachForm(form -> {
            try (var adapter = open(QUICK, WireExchange::awaitHangUp)) {
                assertFalse(pending(() -> {
                            failed(adapter.ask(form));
                            return Thread.currentThread().isInterrupted();
                        })
                        .soon());
            }
        });
    }

    @Test
    default void gives_up_waiting_for_the_next_chunk() throws Exception {
        assertEnds(Kind.INTERRUPTED, STREAM, new Timeouts(LONG, LONG, SHORT), holding());
    }

    @Test
    default void continues_a_stream_past_the_first_token_timeout() throws Exception {
        LongerTimeouts.retryFrom(A_WHILE, time -> {
            try (var adapter = open(
                    new Timeouts(LONG, time, LONG),
                    begun(wire().piece("one "))
                            .andThen(exchange -> endUnlessHungUp(exchange, (int) time.toMillis() + 500)))) {
                answered(adapter.ask(STREAM));
                assertEquals("one two", adapter.text());
            }
        });
    }

    private void endUnlessHungUp(WireExchange exchange, int millis) throws IOException {
        if (!exchange.hungUpWithin(millis)) {
            exchange.chunk(wire().piece("two") + end());
            exchange.endStream();
        }
    }

    @Test
    default void is_out_of_time_when_the_request_deadline_passes() throws Exception {
        try (var adapter = warm(LONG_TIMEOUTS, WireExchange::awaitHangUp)) {
            assertEnds(Kind.OUT_OF_TIME, () -> adapter.ask(WHOLE, hello(SHORT)));
        }
    }

    @Test
    default void ends_a_call_without_time_left() {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
                    Failure failure = failed(adapter.ask(form, hello(none)));
                    assertEquals(Kind.OUT_OF_TIME, failure.kind(), failure::toString);
                }
                answered(adapter.ask(form));
                assertEquals(1, adapter.server.exchanges().size(), "a call without time left was sent");
            }
        });
    }

    @Test
    default void accepts_the_longest_deadline() {
        try (var adapter = answering()) {
            answered(adapter.ask(WHOLE, hello(Duration.ofSeconds(Long.MAX_VALUE))));
        }
    }

    @Test
    default void is_interrupted_when_the_request_deadline_passes_in_a_stream() throws Exception {
        LongerTimeouts.retryFrom(A_WHILE, time -> {
            try (var adapter = open(holding())) {
                assertEnds(Kind.INTERRUPTED, () -> adapter.ask(STREAM, hello(time)));
            }
        });
    }

    @Test
    default void closes_the_connection_after_a_timeout() throws Exception {
        var asked = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        try (var adapter = warm(QUICK, silent(asked).andThen(_ -> hungUp.countDown()))) {
            do {
                pending(() -> adapter.ask(WHOLE)); // an earlier call may have timed out before it was sent
            } while (!asked.await(SHORT.toMillis(), TimeUnit.MILLISECONDS));
            assertTrue(soon(hungUp), "the connection is still open");
        }
    }

    @Test
    default void closes_the_connection_of_an_idle_stream() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var adapter = warm(new Timeouts(LONG, LONG, SHORT), holding().andThen(_ -> hungUp.countDown()))) {
            pending(() -> adapter.ask(STREAM));
            assertTrue(soon(hungUp), "the connection is still open");
        }
    }

    @Test
    default void bounds_a_model_list_by_its_deadline() {
        given(wire().models(List.of()));
        try (var adapter = open(WireExchange::awaitHangUp)) {
            long began = System.nanoTime();
            assertInstanceOf(ModelsReply.Failed.class, adapter.port.models(slot(1), SHORT));
            assertTrue(System.nanoTime() - began < AT_ONCE.toNanos());
        }
    }

    @Test
    default void allows_a_model_list_more_time_than_a_first_token() {
        Reply models = given(wire().models(List.of("model-a")));
        try (var adapter = open(QUICK, exchange -> {
            if (!exchange.hungUpWithin((int) SHORT.toMillis() * 3)) {
                exchange.say(models);
            }
        })) {
            assertInstanceOf(ModelsReply.Listed.class, adapter.port.models(slot(1), LONG));
        }
    }

    @Test
    default void counts_no_time_of_a_slow_sink_as_idle() throws Exception {
        LongerTimeouts.retryFrom(A_WHILE, idle -> {
            var taken = new CountDownLatch(1);
            WireServer.Script script = begun(wire().piece("one")).andThen(exchange -> {
                taken.await(LONG.toMillis(), TimeUnit.MILLISECONDS);
                // Delayed, so that an expired idle timer has time to end the attempt.
                endUnlessHungUp(exchange, (int) SHORT.toMillis());
            });
            try (var adapter = open(new Timeouts(LONG, LONG, idle), script)) {
                answered(adapter.stream(() -> {
                    long end = System.nanoTime() + idle.toNanos();
                    while (taken.getCount() > 0 && System.nanoTime() < end) {
                        LockSupport.parkNanos(end - System.nanoTime()); // returns early if the adapter was unparked
                    }
                    taken.countDown();
                }));
            }
        });
    }

    private void assertEnds(Kind kind, Form form, Timeouts timeouts, WireServer.Script script) throws Exception {
        try (var adapter = warm(timeouts, script)) {
            assertEnds(kind, () -> adapter.ask(form));
        }
    }

    private void assertEnds(Kind kind, Callable<LlmReply> call) throws Exception {
        Failure failure = failed(pending(call).soon());
        assertEquals(kind, failure.kind(), failure::toString);
    }

    /// Opens the adapter after its classes were loaded, which may take longer than these timeouts.
    private AdapterFixture warm(Timeouts timeouts, WireServer.Script script) {
        try (var first = answering()) {
            first.ask(WHOLE);
        }
        return open(timeouts, script);
    }
}
