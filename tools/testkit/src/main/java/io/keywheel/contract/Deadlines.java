package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.STREAM;
import static io.keywheel.contract.Trial.Form.WHOLE;
import static io.keywheel.contract.Trial.LONG;
import static io.keywheel.contract.Trial.SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.Wire.Said;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long a provider may take, and how long the request has.
interface Deadlines extends Subject {

    Timeouts QUICK = new Timeouts(LONG, SHORT, SHORT);

    /// Long enough for the first content on a machine that is busy.
    Duration A_WHILE = Duration.ofMillis(1500);

    @Test
    @Tag(SLOW)
    default void gives_up_connecting_in_time() throws Exception {
        try (var full = new FullListener();
                LlmPort port = Trial.open(this, full.baseUrl(), new Timeouts(SHORT, LONG, LONG), Trial.SECRET);
                var trial = trial(WireExchange::close)) {
            assertTimedOut(Trial.pending(() -> port.complete(trial.hello(LONG))));
        }
    }

    @Test
    @Tag(SLOW)
    default void gives_up_waiting_for_an_answer() throws Exception {
        try (var trial = warm(QUICK, WireExchange::awaitHangUp)) {
            assertTimedOut(trial.pending(WHOLE));
        }
    }

    @Test
    @Tag(SLOW)
    default void gives_up_waiting_for_the_rest_of_an_answer() throws Exception {
        Said answer = wire().answer("Hello", FinishReason.STOP);
        try (var trial = warm(QUICK, exchange -> {
            exchange.openChunks(answer.type());
            for (byte one : answer.body().getBytes(StandardCharsets.UTF_8)) {
                exchange.chunk(new byte[] {one});
                if (exchange.hungUpWithin(50)) {
                    return;
                }
            }
        })) {
            assertTimedOut(trial.pending(WHOLE));
        }
    }

    @Test
    @Tag(SLOW)
    default void gives_up_waiting_for_the_first_piece() throws Exception {
        try (var trial = warm(QUICK, exchange -> {
            exchange.openStream(wire());
            exchange.awaitHangUp();
        })) {
            assertTimedOut(trial.pending(STREAM));
        }
    }

    @Test
    @Tag(SLOW)
    default void gives_up_waiting_for_the_next_piece() throws Exception {
        try (var trial = warm(new Timeouts(LONG, LONG, SHORT), exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
        })) {
            Failure failure = Trial.failed(trial.pending(STREAM).soon());
            assertEquals(Kind.INTERRUPTED, failure.kind(), failure::toString);
        }
    }

    @Test
    @Tag(SLOW)
    default void lets_a_stream_go_on_as_long_as_it_speaks() throws Exception {
        try (var trial = trial(new Timeouts(LONG, A_WHILE, LONG), exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("one "));
            if (!exchange.hungUpWithin((int) A_WHILE.toMillis() + 200)) {
                exchange.chunk(wire().piece("two"));
                exchange.endStream(wire());
            }
        })) {
            trial.answered(STREAM);
            assertEquals("one two", trial.words());
        }
    }

    @Test
    @Tag(SLOW)
    default void blames_nobody_when_the_time_of_the_request_is_over() throws Exception {
        try (var trial = warm(Trial.PATIENT, WireExchange::awaitHangUp)) {
            var pending = Trial.pending(() -> trial.ask(WHOLE, trial.hello(SHORT)));
            assertEquals(Kind.OUT_OF_TIME, Trial.failed(pending.soon()).kind());
        }
    }

    @Test
    default void answers_where_there_is_all_the_time_in_the_world() {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            Trial.answered(trial.ask(WHOLE, trial.hello(Duration.ofSeconds(Long.MAX_VALUE))));
        }
    }

    @Test
    @Tag(SLOW)
    default void is_interrupted_when_the_time_of_the_request_is_over_amid_a_stream() throws Exception {
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
        })) {
            var pending = Trial.pending(() -> trial.ask(STREAM, trial.hello(A_WHILE)));
            assertEquals(Kind.INTERRUPTED, Trial.failed(pending.soon()).kind());
        }
    }

    @Test
    @Tag(SLOW)
    default void hangs_up_on_a_provider_that_takes_too_long() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var trial = warm(QUICK, exchange -> {
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            trial.pending(WHOLE);
            assertTrue(hungUp.await(Trial.AT_ONCE.toMillis(), TimeUnit.MILLISECONDS), "the provider still works on it");
        }
    }

    @Test
    @Tag(SLOW)
    default void hangs_up_on_a_stream_that_takes_too_long() throws Exception {
        var hungUp = new CountDownLatch(1);
        try (var trial = warm(new Timeouts(LONG, LONG, SHORT), exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.awaitHangUp();
            hungUp.countDown();
        })) {
            trial.pending(STREAM);
            assertTrue(hungUp.await(Trial.AT_ONCE.toMillis(), TimeUnit.MILLISECONDS), "the provider may still speak");
        }
    }

    @Test
    @Tag(SLOW)
    default void waits_for_a_list_of_models_no_longer_than_it_may() throws Exception {
        assumeTrue(wire().models(List.of()).isPresent());
        try (var trial = trial(WireExchange::awaitHangUp)) {
            long began = System.nanoTime();
            assertInstanceOf(ModelsReply.Failed.class, trial.port().models(trial.slot(1), SHORT));
            assertTrue(System.nanoTime() - began < Trial.AT_ONCE.toNanos());
        }
    }

    @Test
    @Tag(SLOW)
    default void list_of_models_may_take_longer_than_a_first_token() {
        var models = wire().models(List.of("model-a"));
        assumeTrue(models.isPresent());
        try (var trial = trial(QUICK, exchange -> {
            if (!exchange.hungUpWithin((int) SHORT.toMillis() * 3)) {
                exchange.say(models.get());
            }
        })) {
            assertInstanceOf(ModelsReply.Listed.class, trial.port().models(trial.slot(1), LONG));
        }
    }

    @Test
    @Tag(SLOW)
    default void slow_sink_does_not_use_up_the_idle_time_of_the_provider() {
        var taken = new CountDownLatch(1);
        try (var trial = trial(new Timeouts(LONG, LONG, A_WHILE), exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("one"));
            taken.await(LONG.toMillis(), TimeUnit.MILLISECONDS);
            // Not at once: a timer that is over must have time to end the attempt.
            if (!exchange.hungUpWithin((int) SHORT.toMillis())) {
                exchange.chunk(wire().piece("two"));
                exchange.endStream(wire());
            }
        })) {
            Trial.answered(trial.port().stream(trial.hello(LONG), chunk -> {
                if (chunk.carriesContent() && taken.getCount() > 0) {
                    LockSupport.parkNanos(A_WHILE.toNanos());
                    taken.countDown();
                }
            }));
        }
    }

    /// An adapter that has spoken before: what it loads for its first words may take longer than the time it
    /// has here.
    private Trial warm(Timeouts timeouts, WireServer.Script script) {
        try (var first = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            first.ask(WHOLE);
        }
        return trial(timeouts, script);
    }

    private static void assertTimedOut(Trial.Pending pending) throws Exception {
        Failure failure = Trial.failed(pending.soon());
        assertEquals(Kind.TIMED_OUT, failure.kind(), failure::toString);
    }
}
