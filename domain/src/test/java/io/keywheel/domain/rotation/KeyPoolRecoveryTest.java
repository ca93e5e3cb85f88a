package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.slot;
import static io.keywheel.domain.rotation.TestPool.slots;
import static io.keywheel.domain.rotation.TestPool.unavailable;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPoolRecoveryTest {

    private static final Failure BUSY = new Failure.Overloaded("busy", A_MINUTE);

    private final TestPool testPool = new TestPool(provider(GROQ, "a"));

    @Test
    void one_request_probes_after_a_cooldown_while_the_others_wait() {
        testPool.fail(groqs(BIG), BUSY);
        testPool.pass(A_MINUTE);

        Step.Attempt probe = testPool.attempt(groqs(BIG));

        assertFalse(probe.probes().isEmpty());
        assertEquals(
                new KeySelection.NoneReady(null, testPool.now.plusSeconds(120)),
                testPool.choose(testPool.request(groqs(BIG))));
        testPool.answered(probe);
        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void other_requests_use_another_key_rather_than_wait_for_a_probe() {
        var two = new TestPool(provider(GROQ, "a", "b"));
        two.fail(groqs(BIG), limited(A_MINUTE));
        two.pass(A_MINUTE);

        assertEquals("groq/1", slot(two.attempt(groqs(BIG))));
        assertEquals("groq/2", slot(two.attempt(groqs(BIG))));
    }

    @Test
    void key_refused_for_one_model_comes_back_first_for_the_others_too() {
        var two = new TestPool(provider(GROQ, "a", "b"));
        two.answeredBy(groqs(SMALL));
        two.fail(groqs(BIG), new Failure.KeyRefused("invalid"));

        two.pass(Duration.ofHours(1));

        assertEquals("groq/1", two.answeredBy(groqs(SMALL)));
    }

    @Test
    void probe_of_a_retired_key_waits_like_the_others_of_its_group_until_enough_is_left() {
        var oneGroup = new TestPool(provider(GROQ, "a", "a"));
        oneGroup.fail(groqs(BIG), new Failure.KeyRefused("invalid"));
        oneGroup.answered(oneGroup.attempt(groqs(BIG)), RateLimitStatuses.tokensLeft(100, Duration.ofHours(2)));
        oneGroup.pass(Duration.ofHours(1));
        Instant enough = oneGroup.now.plus(Duration.ofHours(1));

        assertEquals(new KeySelection.NoneReady(enough, null), oneGroup.choose(oneGroup.needing(500)));
        assertEquals(enough, oneGroup.unavailability(oneGroup.needing(500)).readyAt());
        oneGroup.now = enough;
        assertEquals("groq/1", slot(oneGroup.attempt(oneGroup.needing(500))));
    }

    @Test
    void request_whose_probe_of_the_provider_failed_asks_no_other_key() {
        var three = new TestPool(provider(GROQ, "a", "b", "c"));
        three.fail(groqs(BIG), unavailable());
        three.pass(Duration.ofMillis(500));

        RequestAttempts failed = three.failing(three.request(groqs(BIG)), unavailable());

        assertEquals(new KeySelection.NoneReady(three.now.plusSeconds(1), null), three.choose(failed));
    }

    @Test
    void request_whose_probe_of_a_key_met_an_outage_asks_the_other_keys() {
        var two = new TestPool(provider(GROQ, "a", "b"));
        two.fail(groqs(BIG), limited(A_MINUTE));
        two.pass(A_MINUTE);

        RequestAttempts failed = two.failing(two.request(groqs(BIG)), unavailable());

        assertEquals(List.of("groq/1"), slots(failed));
        assertEquals("groq/2", slot(two.attempt(failed)));
    }

    @Test
    void outage_seen_by_many_requests_at_once_counts_once() {
        List<Step.Attempt> attempts =
                Stream.generate(() -> testPool.attempt(groqs(BIG))).limit(10).toList();

        attempts.forEach(attempt -> {
            testPool.pass(Duration.ofMillis(400));
            testPool.failed(attempt, unavailable());
        });

        assertEquals(testPool.now.plusMillis(500), testPool.readyAt(groqs(BIG)));
    }

    @Test
    void cancelled_probe_is_made_by_the_next_request() {
        testPool.fail(groqs(BIG), limited(A_MINUTE));
        testPool.pass(A_MINUTE);

        testPool.fail(groqs(BIG), new Failure.Cancelled());

        assertFalse(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void probe_that_is_not_reported_ends_with_its_deadline_and_its_late_report_ends_no_other() {
        testPool.fail(groqs(BIG), BUSY);
        testPool.pass(A_MINUTE);
        Step.Attempt late = testPool.attempt(groqs(BIG));

        testPool.pass(Duration.ofMinutes(2));

        assertFalse(testPool.attempt(groqs(BIG)).probes().isEmpty());
        testPool.failed(late, new Failure.OutOfTime());
        assertFalse(testPool.isReady(groqs(BIG)), "one probe at a time");
    }

    @Test
    void answer_to_a_request_from_before_a_limit_does_not_end_it() {
        Step.Attempt before = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        testPool.fail(groqs(BIG), limited(A_MINUTE));

        assertEquals(List.of(), testPool.answered(before));
        assertFalse(testPool.isReady(groqs(BIG)));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void failure_that_shows_that_the_provider_is_up_ends_its_outage(boolean rejected) {
        var two = new TestPool(provider(GROQ, "a", "b"));
        two.fail(groqs(BIG), unavailable());
        two.pass(Duration.ofSeconds(1));

        two.fail(groqs(BIG), rejected ? new Failure.Rejected(NO) : limited(A_MINUTE));

        Step.Attempt next = two.attempt(groqs(BIG));
        assertTrue(next.probes().isEmpty());
        assertEquals("groq/1", slot(next));
    }

    @Test
    void late_limit_from_before_a_probe_outlasts_its_success() {
        Step.Attempt late = testPool.attempt(groqs(BIG));
        testPool.fail(groqs(BIG), limited(Duration.ofSeconds(2)));
        testPool.pass(Duration.ofSeconds(4));
        Step.Attempt probe = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        testPool.failed(late, limited(A_MINUTE));

        testPool.answered(probe);

        assertEquals(testPool.now.plus(A_MINUTE), testPool.readyAt(groqs(BIG)));
        testPool.pass(A_MINUTE);
        assertFalse(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void end_of_an_old_attempt_does_not_end_a_newer_probe() {
        testPool.fail(groqs(BIG), unavailable());
        testPool.pass(Duration.ofSeconds(1));
        Step.Attempt stream = testPool.attempt(groqs(BIG));
        testPool.keyPool.answering(stream, testPool.now);
        testPool.pass(Duration.ofSeconds(1));
        testPool.fail(groqs(BIG), unavailable());
        testPool.pass(Duration.ofSeconds(1));
        testPool.attempt(groqs(BIG));

        testPool.failed(stream, new Failure.Interrupted("cut"));

        assertFalse(testPool.isReady(groqs(BIG)), "one probe at a time");
    }

    @Test
    void request_does_not_wait_for_a_probe_whose_key_cools_for_another_reason() {
        var two = new TestPool(provider(GROQ, "a", "b"));
        two.fail(groqs(BIG), limited(Duration.ofSeconds(1)));
        Step.Attempt second = two.attempt(groqs(BIG));
        Step.Attempt third = two.attempt(groqs(BIG));
        two.pass(Duration.ofSeconds(1));
        two.attempt(groqs(BIG));
        two.failed(second, limited(Duration.ofHours(1)));
        two.failed(third, new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(new KeySelection.NoneReady(two.now.plus(A_MINUTE), null), two.choose(two.request(groqs(BIG))));
    }

    @Test
    void probe_that_names_an_earlier_end_keeps_the_later_one() {
        testPool.fail(groqs(BIG), unavailable());
        Instant until = testPool.readyAt(groqs(BIG));

        testPool.fail(groqs(BIG), new Failure.Unavailable("busy", Duration.ofMillis(1)));

        assertEquals(until, testPool.readyAt(groqs(BIG)));
    }
}
