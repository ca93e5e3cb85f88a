package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.limited;
import static io.keywheel.application.service.TestGateway.CEREBRAS;
import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.anyModel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Changes between the wakeup of a request and its next step, without threads.
class WakeUpTest {

    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Route ROUTE = Route.to(GROQ, new ModelId("m"));

    @AutoClose
    private final TestGateway test = new TestGateway(Duration.ofMinutes(1), 2);

    private final KeyScheduler keyScheduler = (KeyScheduler) test.gateway.status();

    @Test
    void woken_request_selects_again_when_its_key_has_cooled_down() {
        Step.Attempt first = attempt(new Request());
        attempt(new Request());
        var called = new Request();

        failed(first, limited(TEN));

        assertNull(called.arrives(), "not to groq/1, which is limited now");
        assertEquals("groq/2", place(called.arrives()));
        assertEquals(1, attemptsCounted());
    }

    @Test
    void request_with_a_withdrawn_attempt_keeps_its_place() {
        Step.Attempt first = attempt(new Request());
        Step.Attempt second = attempt(new Request());
        var older = new Request();
        failed(first, limited(TEN));
        failed(second, limited(TEN.multipliedBy(2)));
        var younger = new Request();

        assertNull(older.arrives());
        test.pass(TEN);

        assertInstanceOf(Step.Attempt.class, older.arrives());
        assertEquals(1, keyScheduler.waiting());
        test.pass(TEN);
        assertInstanceOf(Step.Attempt.class, younger.arrives());
    }

    @Test
    void attempt_starts_when_its_woken_request_takes_the_step() {
        var called = new Request();
        test.pass(TEN);

        assertEquals(test.time.instant(), attempt(called).startedAt());
    }

    @Test
    void request_without_a_wait_takes_the_lock_once() throws InterruptedException {
        var request = keyScheduler.begin(ROUTE, anyModel(), TokenEstimate.of(0), false);
        // The clock is read once per locking.
        test.time.ticks(Duration.ofNanos(1));
        Instant before = test.time.instant();

        Step.Decided step = keyScheduler.next(request);

        assertEquals(before.plusNanos(2), test.time.instant());
        assertInstanceOf(Step.Attempt.class, step);
    }

    @Test
    void woken_request_takes_the_lock_once_more() throws InterruptedException {
        var called = new Request();
        test.time.ticks(Duration.ofNanos(1));
        Instant before = test.time.instant();

        keyScheduler.await(called.queued);

        assertEquals(before.plusNanos(4), test.time.instant(), "read for the time left and the time waited, too");
    }

    @Test
    void wakeup_timer_is_set_for_the_earliest_ready_time() {
        var cerebras = Route.to(CEREBRAS, new ModelId("m"));
        failed(attempt(new Request()), limited(TEN.multipliedBy(2)));
        failed(attempt(new Request()), limited(TEN.multipliedBy(2)));
        failed(attempt(new Request(cerebras)), limited(TEN));

        new Request();
        assertEquals(test.time.instant().plus(TEN.multipliedBy(2)), test.time.alarm());
        new Request(cerebras);
        assertEquals(test.time.instant().plus(TEN), test.time.alarm());
    }

    @Test
    void woken_request_past_its_deadline_gives_up() {
        var called = new Request();
        test.pass(Duration.ofMinutes(2));

        assertNull(called.arrives());
        var giveUp = assertInstanceOf(Step.GiveUp.class, called.arrives());
        assertInstanceOf(Exhaustion.DeadlinePassed.class, giveUp.exhaustion());
    }

    @Test
    void probe_of_an_interrupted_request_goes_to_the_next_request() {
        failed(attempt(new Request()), limited(TEN));
        failed(attempt(new Request()), new Failure.KeyRefused("no"));
        test.pass(TEN);
        var probe = new Request();
        var next = new Request();
        assertEquals(1, keyScheduler.waiting());

        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> keyScheduler.await(probe.queued));

        assertEquals(0, keyScheduler.waiting());
        assertEquals("groq/1", place(next.arrives()));
    }

    /// A request that has joined the queue and has not taken its step.
    private final class Request {
        private final QueuedRequest queued;

        Request() {
            this(ROUTE);
        }

        Request(Route route) {
            queued = keyScheduler.begin(route, anyModel(), TokenEstimate.of(0), false);
            Step.Decided step = keyScheduler.join(queued);
            if (step != null) {
                queued.proceed(step);
            }
        }

        Step.@Nullable Decided arrives() {
            return keyScheduler.takeStep(queued);
        }
    }

    private void failed(Step.Attempt attempt, Failure failure) {
        keyScheduler.ended(
                keyScheduler.begin(ROUTE, anyModel(), TokenEstimate.of(0), false),
                attempt,
                new LlmReply.Failed(failure),
                0);
    }

    private static Step.Attempt attempt(Request request) {
        return assertInstanceOf(Step.Attempt.class, request.arrives());
    }

    private static String place(Step.@Nullable Decided step) {
        return assertInstanceOf(Step.Attempt.class, step).target().key().slot().toString();
    }

    private long attemptsCounted() {
        return keyScheduler.status().providers().getFirst().keys().stream()
                .mapToLong(key -> key.tally().attempts())
                .sum();
    }
}
