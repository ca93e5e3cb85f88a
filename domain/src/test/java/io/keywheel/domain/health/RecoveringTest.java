package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.place;
import static io.keywheel.domain.health.Pool.places;
import static io.keywheel.domain.health.Pool.provider;
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecoveringTest {

    @Test
    void gives_one_trial_while_everybody_else_waits_for_its_outcome() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), new Failure.Overloaded("busy", A_MINUTE));
        pool.pass(A_MINUTE);

        var trial = pool.attempt(groqs(BIG));
        var other = pool.journey(groqs(BIG));

        assertFalse(trial.trials().isEmpty());
        assertEquals(new Choice.NoneReady(null, pool.now.plusSeconds(120)), pool.choose(other));
        pool.answered(trial);
        assertTrue(pool.attempt(other).trials().isEmpty());
    }

    @Test
    void uses_something_else_rather_than_wait_for_a_trial() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.pass(A_MINUTE);

        assertEquals("groq/1", place(pool.attempt(groqs(BIG))));
        assertEquals("groq/2", place(pool.attempt(groqs(BIG))));
    }

    @Test
    void a_failed_trial_rests_longer_each_time() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());

        for (long pause : List.of(500, 1000, 2000, 4000)) {
            assertEquals(pool.now.plusMillis(pause), pool.readyAt(groqs(BIG)));
            pool.pass(Duration.ofMillis(pause));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());
        }
    }

    @Test
    void a_request_whose_trial_failed_does_not_knock_with_its_other_keys() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());
        pool.pass(Duration.ofMillis(500));

        Journey journey = pool.failing(pool.journey(groqs(BIG)), unavailable());

        assertEquals(new Choice.NoneReady(pool.now.plusSeconds(1), null), pool.choose(journey));
    }

    @Test
    void trouble_seen_by_many_requests_at_once_counts_as_one() {
        var pool = new Pool(provider(GROQ, "a"));
        var attempts =
                IntStream.range(0, 10).mapToObj(_ -> pool.attempt(groqs(BIG))).toList();

        attempts.forEach(attempt -> {
            pool.pass(Duration.ofMillis(400));
            pool.failed(attempt, unavailable());
        });

        assertEquals(pool.now.plusMillis(500), pool.readyAt(groqs(BIG)));
    }

    @Test
    void a_trial_that_is_called_off_leaves_the_trial_to_the_next() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.pass(A_MINUTE);

        pool.failed(pool.attempt(groqs(BIG)), new Failure.Cancelled());

        assertFalse(pool.attempt(groqs(BIG)).trials().isEmpty());
    }

    @Test
    void a_trial_that_is_never_reported_ends_with_its_requests_deadline() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), new Failure.Overloaded("busy", A_MINUTE));
        pool.pass(A_MINUTE);
        pool.attempt(groqs(BIG));

        pool.pass(Duration.ofMinutes(2));

        assertFalse(pool.attempt(groqs(BIG)).trials().isEmpty());
    }

    @Test
    void an_answer_to_a_request_from_before_the_trouble_disproves_nothing() {
        var pool = new Pool(provider(GROQ, "a"));
        var before = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofSeconds(1));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

        assertEquals(List.of(), pool.answered(before));

        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady);
    }

    @Test
    void an_answer_leaves_alone_what_it_says_nothing_about() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

        pool.answeredBy(groqs(BIG));

        assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
    }

    @Test
    void a_refusal_of_the_request_shows_that_the_provider_is_up_again() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());
        pool.pass(Duration.ofSeconds(1));

        pool.failed(pool.attempt(groqs(BIG)), new Failure.Rejected(NO));

        assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty());
    }

    @Test
    void what_one_failure_disproves_another_may_still_hold() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());
        pool.pass(Duration.ofSeconds(1));

        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

        assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
    }

    @Test
    void a_late_limit_from_before_a_trial_outlasts_the_trials_success() {
        var pool = new Pool(provider(GROQ, "a"));
        var late = pool.attempt(groqs(BIG));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofSeconds(2)));
        pool.pass(Duration.ofSeconds(4));
        var trial = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofSeconds(1));
        pool.failed(late, limited(A_MINUTE));
        var readyAt = pool.now.plus(A_MINUTE);

        pool.answered(trial);

        assertEquals(new Choice.NoneReady(readyAt, null), pool.choose(pool.journey(groqs(BIG))));
        pool.pass(A_MINUTE);
        assertFalse(pool.attempt(groqs(BIG)).trials().isEmpty());
    }

    @Test
    void an_old_attempt_does_not_end_a_newer_trial() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());
        pool.pass(Duration.ofSeconds(1));
        var stream = pool.attempt(groqs(BIG));
        pool.wheel.answering(stream, pool.now);
        pool.pass(Duration.ofSeconds(1));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());
        pool.pass(Duration.ofSeconds(1));
        pool.attempt(groqs(BIG));

        pool.failed(stream, new Failure.Interrupted("cut"));

        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady, "one trial at a time");
    }

    @Test
    void new_trouble_met_on_a_keys_trial_does_not_keep_the_request_from_the_other_keys() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.pass(A_MINUTE);

        Journey journey = pool.failing(pool.journey(groqs(BIG)), unavailable());

        assertEquals(List.of("groq/1"), places(journey));
        assertEquals("groq/2", place(pool.attempt(journey)));
    }

    @Test
    void another_kind_of_trouble_begins_at_its_own_first_pause() {
        var pool = new Pool(provider(GROQ, "a"));
        for (int i = 0; i < 6; i++) {
            pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofSeconds(2)));
            pool.pass(Duration.ofSeconds(2));
        }

        pool.failed(pool.attempt(groqs(BIG)), new Failure.ModelUnavailable(NO));

        assertEquals(
                new Choice.NoneReady(pool.now.plus(Duration.ofMinutes(10)), null),
                pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void nobody_waits_for_a_trial_whose_key_is_out_of_turn_for_another_reason() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        var down = new Failure.Unavailable("maintenance", A_MINUTE);
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofSeconds(1)));
        var second = pool.attempt(groqs(BIG));
        var third = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofSeconds(1));
        pool.attempt(groqs(BIG));
        pool.failed(second, limited(Duration.ofHours(1)));
        pool.failed(third, down);

        assertEquals(new Choice.NoneReady(pool.now.plus(A_MINUTE), null), pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void a_trial_reported_on_too_late_does_not_end_the_next_one() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), new Failure.Overloaded("busy", A_MINUTE));
        pool.pass(A_MINUTE);
        var late = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMinutes(2));
        pool.attempt(groqs(BIG));

        pool.failed(late, new Failure.OutOfTime());

        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady, "one trial at a time");
    }

    @Test
    void a_trial_that_is_asked_to_come_back_earlier_keeps_the_later_deadline() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());
        var until = pool.readyAt(groqs(BIG));

        pool.failed(pool.attempt(groqs(BIG)), new Failure.Unavailable("busy", Duration.ofMillis(1)));

        assertEquals(until, pool.readyAt(groqs(BIG)));
    }
}
