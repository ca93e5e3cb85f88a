package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.limitedOf;
import static io.keywheel.domain.health.Pool.place;
import static io.keywheel.domain.health.Pool.provider;
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithdrawingTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final Pool pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
    private final Journey journey = pool.journey(groqs(BIG));

    @Test
    void an_attempt_is_open_as_long_as_nothing_happens_to_its_key() {
        Step.Attempt attempt = pool.attempt(journey);
        pool.failed(pool.attempt(groqs(BIG)), limited(TEN));

        assertTrue(pool.wheel.isOpen(attempt, journey));
    }

    @Test
    void an_attempt_is_not_open_once_its_key_rests() {
        Step.Attempt reporting = pool.attempt(groqs(BIG));
        pool.attempt(groqs(BIG));
        Step.Attempt attempt = pool.attempt(journey);

        pool.failed(reporting, limited(TEN));

        assertFalse(pool.wheel.isOpen(attempt, journey));
    }

    @Test
    void an_attempt_is_not_open_when_its_key_has_rested_and_nobody_has_tried_it_since() {
        Step.Attempt reporting = pool.attempt(groqs(BIG));
        pool.attempt(groqs(BIG));
        Step.Attempt attempt = pool.attempt(journey);
        pool.failed(reporting, limited(TEN));

        pool.pass(TEN);

        assertFalse(pool.wheel.isOpen(attempt, journey));
    }

    @Test
    void a_trial_is_open_and_not_any_more_when_its_key_rests_again() {
        Step.Attempt late = pool.attempt(groqs(BIG));
        pool.attempt(groqs(BIG));
        pool.failed(pool.attempt(groqs(BIG)), limited(TEN));
        pool.pass(TEN);
        Step.Attempt trial = pool.attempt(journey);
        assertFalse(trial.trials().isEmpty());
        assertTrue(pool.wheel.isOpen(trial, journey));

        pool.failed(late, limited(TEN));

        assertFalse(pool.wheel.isOpen(trial, journey));
    }

    @Test
    void a_request_that_found_the_provider_in_trouble_may_still_ask_its_other_key() {
        Journey bruised = pool.failing(pool.journey(groqs(BIG)), unavailable());
        Step.Attempt attempt = pool.attempt(bruised);

        assertTrue(pool.wheel.isOpen(attempt, bruised));
        assertFalse(pool.wheel.isOpen(attempt, journey));
    }

    @Test
    void a_request_that_found_the_model_busy_may_still_ask_its_other_key() {
        Journey bruised = pool.failing(pool.journey(groqs(BIG)), new Failure.Overloaded("busy", null));
        Step.Attempt attempt = pool.attempt(bruised);

        assertTrue(pool.wheel.isOpen(attempt, bruised));
        assertFalse(pool.wheel.isOpen(attempt, journey));
    }

    @Test
    void a_withdrawn_attempt_counts_for_nothing() {
        Step.Attempt attempt = pool.attempt(journey);

        pool.wheel.withdraw(attempt, journey, pool.now);

        var keys = pool.wheel.status(pool.now).providers().getFirst().keys();
        assertTrue(keys.stream().allMatch(key -> key.tally().equals(PoolStatus.Tally.NONE)));
    }

    @Test
    void a_withdrawn_attempt_gives_the_turn_back() {
        Journey any = pool.journey(anyModel());
        Step.Attempt attempt = pool.attempt(any);

        pool.wheel.withdraw(attempt, any, pool.now);

        assertEquals("groq/1", pool.answeredBy(anyModel()));
        assertEquals("cerebras/1", pool.answeredBy(anyModel()));
    }

    @Test
    void a_withdrawn_trial_is_the_next_requests() {
        var one = new Pool(provider(GROQ, "a"));
        one.failed(one.attempt(groqs(BIG)), limited(TEN));
        one.pass(TEN);
        Journey first = one.journey(groqs(BIG));
        Step.Attempt trial = one.attempt(first);
        assertInstanceOf(Choice.NoneReady.class, one.choose(one.journey(groqs(BIG))));

        one.wheel.withdraw(trial, first, one.now);

        assertEquals(trial.trials(), one.attempt(groqs(BIG)).trials());
    }

    @Test
    void a_trial_that_begins_later_than_decided_is_the_same_trial() {
        var one = new Pool(provider(GROQ, "a"));
        one.failed(one.attempt(groqs(BIG)), limited(TEN));
        one.pass(TEN);
        Step.Attempt decided = one.attempt(groqs(BIG));
        one.pass(TEN);

        Step.Attempt begun = one.wheel.begin(decided, one.now);

        assertEquals(one.now, begun.startedAt());
        assertInstanceOf(Choice.NoneReady.class, one.choose(one.journey(groqs(BIG))));
        one.failed(begun, new Failure.Cancelled());
        assertEquals(decided.trials(), one.attempt(groqs(BIG)).trials());
    }

    @Test
    void an_attempt_is_not_open_when_its_key_turns_out_to_be_of_a_group_that_rests() {
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org_1", TEN));
        pool.pass(TEN);
        pool.answered(pool.attempt(groqs(BIG)));
        Step.Attempt second = pool.attempt(journey);
        Step.Attempt first = pool.attempt(journey);
        assertEquals(List.of("groq/2", "groq/1"), List.of(place(second), place(first)));
        assertTrue(pool.wheel.isOpen(second, journey) && pool.wheel.isOpen(first, journey));

        pool.failed(second, limitedOf("org_1", TEN));

        assertFalse(pool.wheel.isOpen(first, journey));
        assertFalse(pool.wheel.isOpen(second, journey));
    }
}
