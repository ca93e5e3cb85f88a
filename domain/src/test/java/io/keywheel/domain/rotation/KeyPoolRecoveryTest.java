package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Probes: after a cooldown, and earlier in an unconfirmed outage.
class KeyPoolRecoveryTest extends PoolFixture {

    private static final Failure BUSY = new Failure.Overloaded("queue full", null);
    private static final Failure BUSY_FOR_A_MINUTE = new Failure.Overloaded("busy", A_MINUTE);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b", "c"));

    static List<Arguments> unconfirmed() {
        return List.of(
                arguments(unavailable(), new Scope.OfProvider(GROQ)), arguments(BUSY, new Scope.OfModel(GROQ, BIG)));
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void single_request_without_an_alternative_probes_an_unconfirmed_outage(Failure failure, Scope scope) {
        pool.fail(failure);

        Step.Attempt early = pool.attempt();

        assertEquals(Set.of(scope), early.probes());
        assertEquals(pool.outcomeIn(Duration.ofSeconds(120)), pool.choose());
        pool.answered(early);
        assertTrue(pool.attempt().probes().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void keys_are_unusable_only_during_the_early_probe_of_an_unconfirmed_outage(Failure failure, Scope scope) {
        pool.fail(limited(A_MINUTE));
        pool.fail(failure);
        assertEquals(2, usableKeys(), "the third is limited");

        Step.Attempt probe = pool.attempt();
        assertEquals(0, usableKeys());
        pool.failed(probe, failure);
        assertEquals(2, usableKeys());

        pool.fail(failure);
        pool.fail(failure);
        assertEquals(0, usableKeys(), "the outage is confirmed");
    }

    @Test
    void key_without_quota_cannot_answer_in_an_unconfirmed_outage() {
        one.answered(one.attempt(), spentFor(A_MINUTE));
        one.pass(A_MINUTE);
        Step.Attempt failing = one.attempt();
        one.answered(one.attempt(), spentFor(A_MINUTE));
        one.failed(failing, unavailable());

        assertFalse(one.status().providers().getFirst().canAnswer());
    }

    @Test
    void provider_with_a_ready_key_is_next_before_one_in_an_unconfirmed_outage() {
        var two = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        two.fail(anyModel(), unavailable());
        two.answeredBy(anyModel());

        assertEquals(CEREBRAS, two.status().current());
        two.fail(anyModel(), limited(A_MINUTE));
        assertEquals(GROQ, two.status().current());
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void failed_early_probe_reports_the_longer_outage(Failure failure, Scope scope) {
        Step.Attempt other = pool.attempt();
        pool.fail(failure);
        pool.pass(Duration.ofMillis(1));

        assertEquals(List.of(), pool.failed(other, failure), "prolonged, but by no probe");

        Step.Attempt probe = pool.attempt();
        PoolEvent event = pool.failed(probe, failure).getFirst();
        Instant until = pool.readyAt();
        assertEquals(new PoolEvent.CooldownStarted(scope, until, probe.failed(failure)), event);
    }

    private int usableKeys() {
        return pool.status().providers().getFirst().usableKeys();
    }

    @Test
    void request_probes_an_outage_only_once() {
        pool.fail(unavailable());

        RequestAttempts failed = pool.failing(pool.request(), unavailable());

        assertEquals(pool.readyIn(A_SECOND), pool.choose(failed));
    }

    @Test
    void request_that_saw_the_outage_waits_only_for_its_untried_key() {
        two.fail(limited(Duration.ofSeconds(2)));
        RequestAttempts failed = two.failing(two.request(), new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(two.readyIn(Duration.ofSeconds(2)), two.choose(failed));
        two.pass(Duration.ofSeconds(2));
        assertEquals("groq/1", slot(two.attempt(failed)));
    }

    @Test
    void request_waits_for_the_timeout_cooldown_but_not_for_an_unconfirmed_outage() {
        RequestAttempts failed = pool.failing(pool.request(), new Failure.TimedOut("slow"));
        pool.failed(pool.attempt(failed), BUSY);

        assertEquals(pool.readyIn(Duration.ofMillis(500)), pool.choose());
        pool.pass(Duration.ofMillis(500));
        assertTrue(pool.isReady());
    }

    @Test
    void probe_of_a_retired_key_waits_for_the_quota_of_its_group() {
        var oneGroup = new TestPool(provider(GROQ, "a", "a"));
        oneGroup.fail(new Failure.KeyRefused("invalid"));
        oneGroup.answered(oneGroup.attempt(), tokensLeft(100, Duration.ofHours(2)));
        oneGroup.pass(Duration.ofHours(1));
        Instant enough = oneGroup.now.plus(Duration.ofHours(1));

        assertEquals(new KeySelector.NoneReady(enough, null), oneGroup.choose(oneGroup.needing(500)));
        assertEquals(enough, oneGroup.unavailability(oneGroup.needing(500)).readyAt());
        oneGroup.now = enough;
        assertEquals("groq/1", slot(oneGroup.attempt(oneGroup.needing(500))));
    }

    @Test
    void unreported_probe_ends_at_its_deadline_and_its_late_report_is_ignored() {
        one.fail(BUSY_FOR_A_MINUTE);
        one.pass(A_MINUTE);
        Step.Attempt late = one.attempt();

        one.pass(Duration.ofMinutes(2));

        assertFalse(one.attempt().probes().isEmpty());
        one.failed(late, new Failure.OutOfTime());
        assertFalse(one.isReady(), "one probe at a time");
    }

    @Test
    void failure_beside_a_probe_permits_no_second_probe() {
        Step.Attempt other = pool.attempt();
        pool.fail(unavailable());
        pool.attempt();
        pool.pass(Duration.ofMillis(1));

        pool.failed(other, unavailable());

        assertEquals(pool.outcomeIn(Duration.ofSeconds(120).minusMillis(1)), pool.choose());
    }

    @Test
    void probe_from_before_a_rate_limit_does_not_replace_its_own() {
        var oneGroup = new TestPool(provider(GROQ, "a", "a"));
        Step.Attempt other = oneGroup.attempt();
        oneGroup.fail(limited(A_SECOND));
        oneGroup.pass(A_SECOND);
        oneGroup.attempt();
        oneGroup.pass(Duration.ofMillis(1));
        oneGroup.failed(other, limited(A_MINUTE));

        oneGroup.pass(A_MINUTE);

        assertFalse(oneGroup.attempt().probes().isEmpty());
    }

    @Test
    void answer_to_an_earlier_attempt_does_not_end_a_cooldown() {
        Step.Attempt before = one.attempt();
        one.pass(A_SECOND);
        one.fail(limited(A_MINUTE));

        assertEquals(List.of(), one.answered(before));
        assertFalse(one.isReady());
    }

    @Test
    void timeout_from_before_a_cooldown_seen_after_it_leaves_the_probe_to_decide() {
        Step.Attempt first = pool.attempt();
        Step.Attempt late = pool.attempt();
        pool.pass(Duration.ofMillis(1));
        pool.failed(first, timedOut());
        pool.pass(A_SECOND);
        Step.Attempt probe = pool.attempt();

        assertEquals(List.of(), pool.failed(late, timedOut()));
        assertEquals(pool.outcomeIn(Duration.ofSeconds(120)), pool.choose());
        pool.failed(probe, timedOut());
        assertEquals(pool.readyIn(A_SECOND), pool.choose(), "twice as long as the first");
    }

    @Test
    void requested_pause_counts_although_its_attempt_is_from_before_the_cooldown() {
        Step.Attempt first = pool.attempt();
        Step.Attempt late = pool.attempt();
        pool.pass(Duration.ofMillis(1));
        pool.failed(first, timedOut());
        pool.pass(A_SECOND);

        pool.failed(late, new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(pool.readyIn(A_MINUTE), pool.choose());
    }

    private static Failure timedOut() {
        return new Failure.TimedOut("no first token within 20s");
    }

    private static List<Failure> refusals() {
        return List.of(new Failure.Rejected(NO), new Failure.Unsupported(NO), limited(A_MINUTE));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusal_by_the_provider_ends_an_outage(Failure refusal) {
        two.fail(unavailable());
        two.pass(A_SECOND);

        List<PoolEvent> events = two.fail(refusal);

        assertEquals(new PoolEvent.Recovered(new Scope.OfProvider(GROQ)), events.getFirst());
        Step.Attempt next = two.attempt();
        assertTrue(next.probes().isEmpty());
        assertEquals("groq/1", slot(next));
    }

    @Test
    void unsupported_request_that_was_not_sent_leaves_the_probe_to_the_next() {
        two.fail(unavailable());
        two.pass(A_SECOND);

        assertTrue(two.fail(new Failure.Unsupported(NO, false)).isEmpty());
        assertFalse(two.attempt().probes().isEmpty());
    }

    @Test
    void request_does_not_wait_for_a_probe_of_a_key_with_a_later_cooldown() {
        two.fail(limited(A_SECOND));
        Step.Attempt second = two.attempt();
        Step.Attempt third = two.attempt();
        two.pass(A_SECOND);
        two.attempt();
        two.failed(second, limited(Duration.ofHours(1)));
        two.failed(third, new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(two.readyIn(A_MINUTE), two.choose());
    }
}
