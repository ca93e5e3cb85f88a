package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.key;
import static io.keywheel.domain.health.Pool.keys;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.limitedOf;
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys that leave while an attempt with them is under way.
class LeavingTest {

    private final Pool pool = new Pool(keys(GROQ, "a", "b"));

    private List<String> turns(int requests) {
        return Stream.generate(() -> pool.keyFor(anyModel())).limit(requests).toList();
    }

    @Test
    void what_became_of_an_attempt_with_a_key_that_has_left_counts_for_nothing() {
        Step.Attempt before = pool.attempt(anyModel());
        pool.becomes(keys(GROQ, "b", "c"));

        assertEquals(List.of(), pool.failed(before, unavailable()));
        assertEquals(List.of("b", "c"), turns(2));
    }

    @Test
    void a_key_that_left_and_came_back_starts_afresh() {
        Step.Attempt before = pool.attempt(anyModel());
        pool.becomes(keys(GROQ, "b"));
        pool.becomes(keys(GROQ, "b", "a"));

        assertEquals(List.of(), pool.failed(before, new Failure.KeyRefused("no")));
        assertEquals(List.of("b", "a"), turns(2));
    }

    @Test
    void an_attempt_decided_on_is_not_made_where_its_key_has_left() {
        Journey journey = pool.journey(anyModel());
        Step.Attempt leaving = pool.attempt(journey);
        Step.Attempt staying = pool.attempt(journey);

        pool.becomes(keys(GROQ, "c", "b"));

        assertFalse(pool.wheel.isOpen(leaving, journey));
        assertTrue(pool.wheel.isOpen(staying, journey));
        assertEquals("groq/2", Pool.place(pool.wheel.begin(staying, pool.now)));
        pool.wheel.withdraw(leaving, journey, pool.now);
    }

    enum End {
        ANSWERING,
        ANSWERED,
        FAILED,
        WITHDRAWN;

        void of(Step.Attempt attempt, Journey journey, Pool pool) {
            switch (this) {
                case ANSWERING -> pool.wheel.answering(attempt, pool.now);
                case ANSWERED -> pool.answered(attempt);
                case FAILED -> pool.failed(attempt, new Failure.Cancelled());
                case WITHDRAWN -> pool.wheel.withdraw(attempt, journey, pool.now);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobody_waits_for_the_trial_of_a_key_that_has_left(End end) {
        pool.failed(pool.attempt(anyModel()), unavailable());
        pool.pass(A_MINUTE);
        Journey journey = pool.journey(anyModel());
        Step.Attempt trial = pool.attempt(journey);
        pool.becomes(keys(GROQ, "c"));
        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())), "the provider is on trial");

        end.of(trial, journey, pool);

        assertEquals("c", pool.keyFor(anyModel()));
    }

    @Test
    void nobody_waits_for_the_trial_of_a_group_that_became_part_of_another_and_left() {
        pool.keyFor(anyModel());
        Step.Attempt late = pool.attempt(anyModel());
        pool.keyFor(anyModel());
        pool.failed(pool.attempt(anyModel()), limited(Duration.ofMillis(100)));
        pool.pass(Duration.ofMillis(1200));
        Step.Attempt trial = pool.attempt(anyModel());
        assertEquals(List.of("b", "b"), List.of(key(late), key(trial)));
        pool.failed(pool.attempt(anyModel()), limitedOf("org", Duration.ofMillis(300)));
        pool.failed(late, limitedOf("org", Duration.ofMillis(1)));
        pool.pass(Duration.ofMillis(400));
        pool.becomes(keys(GROQ, "a"));
        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())), "a is on trial, too");

        pool.failed(trial, new Failure.Cancelled());

        assertEquals("a", pool.keyFor(anyModel()));
    }

    @Test
    void the_trial_of_a_key_that_stays_goes_on_when_one_that_left_is_reported_on() {
        for (int i = 0; i < 2; i++) {
            pool.failed(pool.attempt(anyModel()), new Failure.AccountBlocked("unpaid"));
        }
        pool.now = pool.readyAt(anyModel());
        Step.Attempt leaving = pool.attempt(anyModel());
        pool.pass(Duration.ofMillis(1));
        Step.Attempt staying = pool.attempt(anyModel());
        pool.becomes(keys(GROQ, key(staying)));

        pool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())));
    }

    @Test
    void the_trial_of_a_key_that_stays_goes_on_when_one_that_left_was_asked_at_the_same_moment() {
        pool.failed(pool.attempt(anyModel()), new Failure.AccountBlocked("unpaid"));
        pool.pass(Duration.ofDays(8));
        Step.Attempt trial = pool.attempt(anyModel());
        Step.Attempt leaving = pool.attempt(anyModel());
        assertEquals(List.of("a", "b"), List.of(key(trial), key(leaving)));
        pool.becomes(keys(GROQ, "a"));

        pool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())));
    }

    @Test
    void the_trial_of_a_key_that_stays_goes_on_when_that_of_one_that_left_began_at_the_same_moment() {
        pool.failed(pool.attempt(anyModel()), new Failure.KeyRefused("revoked"));
        pool.failed(pool.attempt(anyModel()), new Failure.KeyRefused("revoked"));
        pool.pass(Duration.ofDays(8));
        Step.Attempt trial = pool.attempt(anyModel());
        Step.Attempt leaving = pool.attempt(anyModel());
        assertEquals(List.of("b", "a"), List.of(key(trial), key(leaving)));
        pool.becomes(keys(GROQ, "b"));

        pool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())));
    }

    @Test
    void the_trial_of_another_provider_goes_on_when_one_that_left_is_reported_on() {
        pool.becomes(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));
        for (int i = 0; i < 2; i++) {
            pool.failed(pool.attempt(anyModel()), new Failure.TimedOut("slow"));
        }
        pool.pass(A_MINUTE);
        Step.Attempt leaving = pool.attempt(groqs(BIG));
        pool.attempt(new Route.NamedModel(CEREBRAS, BIG));
        pool.becomes(keys(GROQ, "c"), keys(CEREBRAS, "x"));

        pool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(new Route.DefaultModels(CEREBRAS))));
    }

    @Test
    void the_trial_of_a_provider_that_has_left_counts_for_nothing() {
        pool.failed(pool.attempt(anyModel()), unavailable());
        pool.pass(A_MINUTE);
        Step.Attempt trial = pool.attempt(anyModel());
        pool.becomes(keys(CEREBRAS, "x"));

        assertEquals(List.of(), pool.failed(trial, unavailable()));
        assertEquals(List.of("x", "x"), turns(2));
    }

    @Test
    void a_request_for_a_provider_that_has_left_gets_no_answer_and_does_not_wait() {
        pool.becomes(keys(CEREBRAS, "x"));

        for (Route route : List.of(groqs(BIG), new Route.DefaultModels(GROQ))) {
            Step step = Failover.next(pool.journey(route), pool.wheel, pool.now);
            assertTrue(
                    step instanceof Step.GiveUp(Exhaustion.AllKeysFailed failed) && !failed.isByRateLimit(),
                    step::toString);
        }
    }
}
