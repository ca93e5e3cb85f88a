package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.place;
import static io.keywheel.domain.health.Pool.provider;
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuspectingTest {

    @Test
    void lets_one_request_that_has_nobody_else_to_ask_see_about_it_at_once() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());

        var early = pool.attempt(groqs(BIG));
        var waiting = pool.choose(pool.journey(groqs(BIG)));

        assertEquals(Set.of(new Scope.OfProvider(GROQ)), early.trials());
        assertEquals(new Choice.NoneReady(null, pool.now.plusSeconds(120)), waiting);
        pool.answered(early);
        assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty());
    }

    @Test
    void sees_about_an_overload_early_too() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), new Failure.Overloaded("queue full", null));

        assertEquals(
                Set.of(new Scope.OfModel(GROQ, BIG)), pool.attempt(groqs(BIG)).trials());
    }

    @Test
    void leaves_the_provider_alone_when_it_has_failed_three_times_more() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());

        for (int i = 0; i < 3; i++) {
            pool.failed(pool.attempt(groqs(BIG)), unavailable());
        }

        assertEquals(new Choice.NoneReady(pool.now.plusSeconds(4), null), pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void leaves_a_busy_model_alone_when_it_has_been_busy_three_times_more() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        var busy = new Failure.Overloaded("queue full", null);
        pool.failed(pool.attempt(groqs(BIG)), busy);

        for (int i = 0; i < 3; i++) {
            pool.failed(pool.attempt(groqs(BIG)), busy);
        }

        assertEquals(new Choice.NoneReady(pool.now.plusSeconds(8), null), pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void does_not_let_a_request_see_about_it_twice() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());

        Journey journey = pool.failing(pool.journey(groqs(BIG)), unavailable());

        assertEquals(new Choice.NoneReady(pool.now.plusSeconds(1), null), pool.choose(journey));
    }

    @Test
    void waits_out_what_takes_long_to_find_out_and_what_the_upstream_asked_for() {
        for (Failure failure :
                List.of(new Failure.TimedOut("slow"), new Failure.Unavailable("maintenance", Duration.ofSeconds(1)))) {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), failure);

            assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady, failure::toString);
        }
    }

    @Test
    void holds_nothing_against_a_provider_that_has_answered_a_later_attempt() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        var slow = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofSeconds(1));
        pool.answeredBy(groqs(BIG));

        assertEquals(List.of(), pool.failed(slow, new Failure.TimedOut("slow")));
        assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty());
    }

    @Test
    void tells_a_request_that_found_the_trouble_when_its_own_last_key_is_ready() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), Pool.limited(Duration.ofSeconds(2)));
        Journey journey = pool.failing(pool.journey(groqs(BIG)), new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(new Choice.NoneReady(pool.now.plusSeconds(2), null), pool.choose(journey));
        pool.pass(Duration.ofSeconds(2));
        assertEquals("groq/1", place(pool.attempt(journey)));
    }

    @Test
    void tells_when_nothing_but_a_suspicion_is_left() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        Journey journey = pool.failing(pool.journey(groqs(BIG)), new Failure.TimedOut("slow"));
        pool.failed(pool.attempt(journey), new Failure.Overloaded("busy", null));

        assertEquals(new Choice.NoneReady(pool.now.plusMillis(500), null), pool.choose(pool.journey(groqs(BIG))));
        pool.pass(Duration.ofMillis(500));
        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.Chosen);
    }
}
