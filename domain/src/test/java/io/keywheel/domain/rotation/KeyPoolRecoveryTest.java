package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPoolRecoveryTest extends PoolFixture {

    private static final Failure BUSY = new Failure.Overloaded("busy", A_MINUTE);

    @Test
    void single_request_probes_after_a_cooldown_while_others_wait() {
        one.fail(groqs(BIG), BUSY);
        one.pass(A_MINUTE);

        Step.Attempt probe = one.attempt(groqs(BIG));

        assertFalse(probe.probes().isEmpty());
        assertEquals(one.outcomeIn(Duration.ofSeconds(120)), one.choose(groqs(BIG)));
        one.answered(probe);
        assertTrue(one.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void other_requests_use_another_key_during_a_probe() {
        two.fail(groqs(BIG), limited(A_MINUTE));
        two.pass(A_MINUTE);

        assertEquals("groq/1", slot(two.attempt(groqs(BIG))));
        assertEquals("groq/2", slot(two.attempt(groqs(BIG))));
    }

    @Test
    void retired_key_returns_to_the_front_of_every_model_queue() {
        two.answeredBy(groqs(SMALL));
        two.fail(groqs(BIG), new Failure.KeyRefused("invalid"));

        two.pass(Duration.ofHours(1));

        assertEquals("groq/1", two.answeredBy(groqs(SMALL)));
    }

    @Test
    void probe_of_a_retired_key_waits_for_the_quota_of_its_group() {
        var oneGroup = new TestPool(provider(GROQ, "a", "a"));
        oneGroup.fail(groqs(BIG), new Failure.KeyRefused("invalid"));
        oneGroup.answered(oneGroup.attempt(groqs(BIG)), tokensLeft(100, Duration.ofHours(2)));
        oneGroup.pass(Duration.ofHours(1));
        Instant enough = oneGroup.now.plus(Duration.ofHours(1));

        assertEquals(new KeySelection.NoneReady(enough, null), oneGroup.choose(oneGroup.needing(500)));
        assertEquals(enough, oneGroup.unavailability(oneGroup.needing(500)).readyAt());
        oneGroup.now = enough;
        assertEquals("groq/1", slot(oneGroup.attempt(oneGroup.needing(500))));
    }

    @Test
    void request_with_an_outage_during_a_key_probe_tries_other_keys() {
        two.fail(groqs(BIG), limited(A_MINUTE));
        two.pass(A_MINUTE);

        RequestAttempts failed = two.failing(two.request(groqs(BIG)), unavailable());

        assertEquals(List.of("groq/1"), slots(failed));
        assertEquals("groq/2", slot(two.attempt(failed)));
    }

    @Test
    void unreported_probe_ends_at_its_deadline_and_its_late_report_is_ignored() {
        one.fail(groqs(BIG), BUSY);
        one.pass(A_MINUTE);
        Step.Attempt late = one.attempt(groqs(BIG));

        one.pass(Duration.ofMinutes(2));

        assertFalse(one.attempt(groqs(BIG)).probes().isEmpty());
        one.failed(late, new Failure.OutOfTime());
        assertFalse(one.isReady(groqs(BIG)), "one probe at a time");
    }

    @Test
    void answer_to_an_earlier_attempt_does_not_end_a_cooldown() {
        Step.Attempt before = one.attempt(groqs(BIG));
        one.pass(A_SECOND);
        one.fail(groqs(BIG), limited(A_MINUTE));

        assertEquals(List.of(), one.answered(before));
        assertFalse(one.isReady(groqs(BIG)));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void rejection_or_rate_limit_ends_an_outage(boolean rejected) {
        two.fail(groqs(BIG), unavailable());
        two.pass(A_SECOND);

        two.fail(groqs(BIG), rejected ? new Failure.Rejected(NO) : limited(A_MINUTE));

        Step.Attempt next = two.attempt(groqs(BIG));
        assertTrue(next.probes().isEmpty());
        assertEquals("groq/1", slot(next));
    }

    @Test
    void request_does_not_wait_for_a_probe_of_a_key_with_a_later_cooldown() {
        two.fail(groqs(BIG), limited(A_SECOND));
        Step.Attempt second = two.attempt(groqs(BIG));
        Step.Attempt third = two.attempt(groqs(BIG));
        two.pass(A_SECOND);
        two.attempt(groqs(BIG));
        two.failed(second, limited(Duration.ofHours(1)));
        two.failed(third, new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(two.readyIn(A_MINUTE), two.choose(groqs(BIG)));
    }
}
