package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.place;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnconfirmedOutageTest {

    @Test
    void lets_one_request_that_has_nobody_else_to_ask_see_about_it_at_once() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());

        var early = testPool.attempt(groqs(BIG));
        var waiting = testPool.choose(testPool.journey(groqs(BIG)));

        assertEquals(Set.of(new Scope.OfProvider(GROQ)), early.probes());
        assertEquals(new KeySelection.NoneReady(null, testPool.now.plusSeconds(120)), waiting);
        testPool.answered(early);
        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void sees_about_an_overload_early_too() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Overloaded("queue full", null));

        assertEquals(
                Set.of(new Scope.OfModel(GROQ, BIG)),
                testPool.attempt(groqs(BIG)).probes());
    }

    @Test
    void leaves_the_provider_alone_when_it_has_failed_three_times_more() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());

        for (int i = 0; i < 3; i++) {
            testPool.failed(testPool.attempt(groqs(BIG)), unavailable());
        }

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plusSeconds(4), null),
                testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void leaves_a_busy_model_alone_when_it_has_been_busy_three_times_more() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        var busy = new Failure.Overloaded("queue full", null);
        testPool.failed(testPool.attempt(groqs(BIG)), busy);

        for (int i = 0; i < 3; i++) {
            testPool.failed(testPool.attempt(groqs(BIG)), busy);
        }

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plusSeconds(8), null),
                testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void does_not_let_a_request_see_about_it_twice() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());

        RequestAttempts requestAttempts = testPool.failing(testPool.journey(groqs(BIG)), unavailable());

        assertEquals(new KeySelection.NoneReady(testPool.now.plusSeconds(1), null), testPool.choose(requestAttempts));
    }

    @Test
    void waits_out_what_takes_long_to_find_out_and_what_the_upstream_asked_for() {
        for (Failure failure :
                List.of(new Failure.TimedOut("slow"), new Failure.Unavailable("maintenance", Duration.ofSeconds(1)))) {
            var testPool = new TestPool(provider(GROQ, "a", "b"));
            testPool.failed(testPool.attempt(groqs(BIG)), failure);

            assertTrue(
                    testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.NoneReady, failure::toString);
        }
    }

    @Test
    void holds_nothing_against_a_provider_that_has_answered_a_later_attempt() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        var slow = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        testPool.answeredBy(groqs(BIG));

        assertEquals(List.of(), testPool.failed(slow, new Failure.TimedOut("slow")));
        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void tells_a_request_that_found_the_trouble_when_its_own_last_key_is_ready() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), TestPool.limited(Duration.ofSeconds(2)));
        RequestAttempts requestAttempts =
                testPool.failing(testPool.journey(groqs(BIG)), new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(new KeySelection.NoneReady(testPool.now.plusSeconds(2), null), testPool.choose(requestAttempts));
        testPool.pass(Duration.ofSeconds(2));
        assertEquals("groq/1", place(testPool.attempt(requestAttempts)));
    }

    @Test
    void tells_when_nothing_but_a_suspicion_is_left() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        RequestAttempts requestAttempts = testPool.failing(testPool.journey(groqs(BIG)), new Failure.TimedOut("slow"));
        testPool.failed(testPool.attempt(requestAttempts), new Failure.Overloaded("busy", null));

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plusMillis(500), null),
                testPool.choose(testPool.journey(groqs(BIG))));
        testPool.pass(Duration.ofMillis(500));
        assertTrue(testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.Chosen);
    }
}
