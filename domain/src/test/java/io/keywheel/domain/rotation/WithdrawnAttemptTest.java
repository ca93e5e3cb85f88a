package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.place;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithdrawnAttemptTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final TestPool testPool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
    private final RequestAttempts requestAttempts = testPool.journey(groqs(BIG));

    @Test
    void an_attempt_is_open_as_long_as_nothing_happens_to_its_key() {
        Step.Attempt attempt = testPool.attempt(requestAttempts);
        testPool.failed(testPool.attempt(groqs(BIG)), limited(TEN));

        assertTrue(testPool.keyPool.isOpen(attempt, requestAttempts));
    }

    @Test
    void an_attempt_is_not_open_once_its_key_rests() {
        Step.Attempt reporting = testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        Step.Attempt attempt = testPool.attempt(requestAttempts);

        testPool.failed(reporting, limited(TEN));

        assertFalse(testPool.keyPool.isOpen(attempt, requestAttempts));
    }

    @Test
    void an_attempt_is_not_open_when_its_key_has_rested_and_nobody_has_tried_it_since() {
        Step.Attempt reporting = testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        Step.Attempt attempt = testPool.attempt(requestAttempts);
        testPool.failed(reporting, limited(TEN));

        testPool.pass(TEN);

        assertFalse(testPool.keyPool.isOpen(attempt, requestAttempts));
    }

    @Test
    void a_probe_is_open_and_not_any_more_when_its_key_rests_again() {
        Step.Attempt late = testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(TEN));
        testPool.pass(TEN);
        Step.Attempt trial = testPool.attempt(requestAttempts);
        assertFalse(trial.probes().isEmpty());
        assertTrue(testPool.keyPool.isOpen(trial, requestAttempts));

        testPool.failed(late, limited(TEN));

        assertFalse(testPool.keyPool.isOpen(trial, requestAttempts));
    }

    @Test
    void a_request_that_found_the_provider_in_trouble_may_still_ask_its_other_key() {
        RequestAttempts bruised = testPool.failing(testPool.journey(groqs(BIG)), unavailable());
        Step.Attempt attempt = testPool.attempt(bruised);

        assertTrue(testPool.keyPool.isOpen(attempt, bruised));
        assertFalse(testPool.keyPool.isOpen(attempt, requestAttempts));
    }

    @Test
    void a_request_that_found_the_model_busy_may_still_ask_its_other_key() {
        RequestAttempts bruised = testPool.failing(testPool.journey(groqs(BIG)), new Failure.Overloaded("busy", null));
        Step.Attempt attempt = testPool.attempt(bruised);

        assertTrue(testPool.keyPool.isOpen(attempt, bruised));
        assertFalse(testPool.keyPool.isOpen(attempt, requestAttempts));
    }

    @Test
    void a_withdrawn_attempt_counts_for_nothing() {
        Step.Attempt attempt = testPool.attempt(requestAttempts);

        testPool.keyPool.withdraw(attempt, requestAttempts, testPool.now);

        var keys = testPool.keyPool.status(testPool.now).providers().getFirst().keys();
        assertTrue(keys.stream().allMatch(key -> key.tally().equals(PoolStatus.Tally.NONE)));
    }

    @Test
    void a_withdrawn_attempt_gives_the_turn_back() {
        RequestAttempts any = testPool.journey(anyModel());
        Step.Attempt attempt = testPool.attempt(any);

        testPool.keyPool.withdraw(attempt, any, testPool.now);

        assertEquals("groq/1", testPool.answeredBy(anyModel()));
        assertEquals("cerebras/1", testPool.answeredBy(anyModel()));
    }

    @Test
    void a_withdrawn_probe_is_the_next_requests() {
        var one = new TestPool(provider(GROQ, "a"));
        one.failed(one.attempt(groqs(BIG)), limited(TEN));
        one.pass(TEN);
        RequestAttempts first = one.journey(groqs(BIG));
        Step.Attempt trial = one.attempt(first);
        assertInstanceOf(KeySelection.NoneReady.class, one.choose(one.journey(groqs(BIG))));

        one.keyPool.withdraw(trial, first, one.now);

        assertEquals(trial.probes(), one.attempt(groqs(BIG)).probes());
    }

    @Test
    void a_probe_that_begins_later_than_decided_is_the_same_probe() {
        var one = new TestPool(provider(GROQ, "a"));
        one.failed(one.attempt(groqs(BIG)), limited(TEN));
        one.pass(TEN);
        Step.Attempt decided = one.attempt(groqs(BIG));
        one.pass(TEN);

        Step.Attempt begun = one.keyPool.begin(decided, one.now);

        assertEquals(one.now, begun.startedAt());
        assertInstanceOf(KeySelection.NoneReady.class, one.choose(one.journey(groqs(BIG))));
        one.failed(begun, new Failure.Cancelled());
        assertEquals(decided.probes(), one.attempt(groqs(BIG)).probes());
    }

    @Test
    void an_attempt_is_not_open_when_its_key_turns_out_to_be_of_a_group_that_rests() {
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org_1", TEN));
        testPool.pass(TEN);
        testPool.answered(testPool.attempt(groqs(BIG)));
        Step.Attempt second = testPool.attempt(requestAttempts);
        Step.Attempt first = testPool.attempt(requestAttempts);
        assertEquals(List.of("groq/2", "groq/1"), List.of(place(second), place(first)));
        assertTrue(testPool.keyPool.isOpen(second, requestAttempts) && testPool.keyPool.isOpen(first, requestAttempts));

        testPool.failed(second, limitedOf("org_1", TEN));

        assertFalse(testPool.keyPool.isOpen(first, requestAttempts));
        assertFalse(testPool.keyPool.isOpen(second, requestAttempts));
    }
}
