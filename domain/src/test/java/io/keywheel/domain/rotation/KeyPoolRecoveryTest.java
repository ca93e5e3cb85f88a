package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.place;
import static io.keywheel.domain.rotation.TestPool.places;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyPoolRecoveryTest {

    @Test
    void gives_one_probe_while_everybody_else_waits_for_its_outcome() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Overloaded("busy", A_MINUTE));
        testPool.pass(A_MINUTE);

        var trial = testPool.attempt(groqs(BIG));
        var other = testPool.journey(groqs(BIG));

        assertFalse(trial.probes().isEmpty());
        assertEquals(new KeySelection.NoneReady(null, testPool.now.plusSeconds(120)), testPool.choose(other));
        testPool.answered(trial);
        assertTrue(testPool.attempt(other).probes().isEmpty());
    }

    @Test
    void uses_something_else_rather_than_wait_for_a_probe() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.pass(A_MINUTE);

        assertEquals("groq/1", place(testPool.attempt(groqs(BIG))));
        assertEquals("groq/2", place(testPool.attempt(groqs(BIG))));
    }

    @Test
    void a_failed_probe_rests_longer_each_time() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());

        for (long pause : List.of(500, 1000, 2000, 4000)) {
            assertEquals(testPool.now.plusMillis(pause), testPool.readyAt(groqs(BIG)));
            testPool.pass(Duration.ofMillis(pause));
            testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        }
    }

    @Test
    void a_request_whose_probe_failed_does_not_knock_with_its_other_keys() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        testPool.pass(Duration.ofMillis(500));

        RequestAttempts requestAttempts = testPool.failing(testPool.journey(groqs(BIG)), unavailable());

        assertEquals(new KeySelection.NoneReady(testPool.now.plusSeconds(1), null), testPool.choose(requestAttempts));
    }

    @Test
    void trouble_seen_by_many_requests_at_once_counts_as_one() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var attempts = IntStream.range(0, 10)
                .mapToObj(_ -> testPool.attempt(groqs(BIG)))
                .toList();

        attempts.forEach(attempt -> {
            testPool.pass(Duration.ofMillis(400));
            testPool.failed(attempt, unavailable());
        });

        assertEquals(testPool.now.plusMillis(500), testPool.readyAt(groqs(BIG)));
    }

    @Test
    void a_probe_that_is_called_off_leaves_the_probe_to_the_next() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.pass(A_MINUTE);

        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Cancelled());

        assertFalse(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void a_probe_that_is_never_reported_ends_with_its_requests_deadline() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Overloaded("busy", A_MINUTE));
        testPool.pass(A_MINUTE);
        testPool.attempt(groqs(BIG));

        testPool.pass(Duration.ofMinutes(2));

        assertFalse(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void an_answer_to_a_request_from_before_the_trouble_disproves_nothing() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var before = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));

        assertEquals(List.of(), testPool.answered(before));

        assertTrue(testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.NoneReady);
    }

    @Test
    void an_answer_leaves_alone_what_it_says_nothing_about() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));

        testPool.answeredBy(groqs(BIG));

        assertEquals("groq/2", testPool.answeredBy(groqs(BIG)));
    }

    @Test
    void a_refusal_of_the_request_shows_that_the_provider_is_up_again() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        testPool.pass(Duration.ofSeconds(1));

        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Rejected(NO));

        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void what_one_failure_disproves_another_may_still_hold() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        testPool.pass(Duration.ofSeconds(1));

        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));

        assertEquals("groq/1", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/1", testPool.answeredBy(groqs(BIG)));
    }

    @Test
    void a_late_limit_from_before_a_probe_outlasts_the_probes_success() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var late = testPool.attempt(groqs(BIG));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofSeconds(2)));
        testPool.pass(Duration.ofSeconds(4));
        var trial = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        testPool.failed(late, limited(A_MINUTE));
        var readyAt = testPool.now.plus(A_MINUTE);

        testPool.answered(trial);

        assertEquals(new KeySelection.NoneReady(readyAt, null), testPool.choose(testPool.journey(groqs(BIG))));
        testPool.pass(A_MINUTE);
        assertFalse(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void an_old_attempt_does_not_end_a_newer_probe() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        testPool.pass(Duration.ofSeconds(1));
        var stream = testPool.attempt(groqs(BIG));
        testPool.keyPool.answering(stream, testPool.now);
        testPool.pass(Duration.ofSeconds(1));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        testPool.pass(Duration.ofSeconds(1));
        testPool.attempt(groqs(BIG));

        testPool.failed(stream, new Failure.Interrupted("cut"));

        assertTrue(
                testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.NoneReady, "one trial at a time");
    }

    @Test
    void new_trouble_met_on_a_keys_probe_does_not_keep_the_request_from_the_other_keys() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.pass(A_MINUTE);

        RequestAttempts requestAttempts = testPool.failing(testPool.journey(groqs(BIG)), unavailable());

        assertEquals(List.of("groq/1"), places(requestAttempts));
        assertEquals("groq/2", place(testPool.attempt(requestAttempts)));
    }

    @Test
    void another_kind_of_trouble_begins_at_its_own_first_pause() {
        var testPool = new TestPool(provider(GROQ, "a"));
        for (int i = 0; i < 6; i++) {
            testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofSeconds(2)));
            testPool.pass(Duration.ofSeconds(2));
        }

        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.ModelUnavailable(NO));

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plus(Duration.ofMinutes(10)), null),
                testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void nobody_waits_for_a_probe_whose_key_is_out_of_turn_for_another_reason() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        var down = new Failure.Unavailable("maintenance", A_MINUTE);
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofSeconds(1)));
        var second = testPool.attempt(groqs(BIG));
        var third = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        testPool.attempt(groqs(BIG));
        testPool.failed(second, limited(Duration.ofHours(1)));
        testPool.failed(third, down);

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plus(A_MINUTE), null),
                testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void a_probe_reported_on_too_late_does_not_end_the_next_one() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Overloaded("busy", A_MINUTE));
        testPool.pass(A_MINUTE);
        var late = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMinutes(2));
        testPool.attempt(groqs(BIG));

        testPool.failed(late, new Failure.OutOfTime());

        assertTrue(
                testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.NoneReady, "one trial at a time");
    }

    @Test
    void a_probe_that_is_asked_to_come_back_earlier_keeps_the_later_deadline() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        var until = testPool.readyAt(groqs(BIG));

        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Unavailable("busy", Duration.ofMillis(1)));

        assertEquals(until, testPool.readyAt(groqs(BIG)));
    }
}
