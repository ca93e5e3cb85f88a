package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.key;
import static io.keywheel.domain.rotation.TestPool.keys;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys that leave while an attempt with them is under way.
class KeyRemovalTest {

    private final TestPool testPool = new TestPool(keys(GROQ, "a", "b"));

    private List<String> turns(int requests) {
        return Stream.generate(() -> testPool.keyFor(anyModel()))
                .limit(requests)
                .toList();
    }

    @Test
    void what_became_of_an_attempt_with_a_key_that_has_left_counts_for_nothing() {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.becomes(keys(GROQ, "b", "c"));

        assertEquals(List.of(), testPool.failed(before, unavailable()));
        assertEquals(List.of("b", "c"), turns(2));
    }

    @Test
    void a_key_that_left_and_came_back_starts_afresh() {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.becomes(keys(GROQ, "b"));
        testPool.becomes(keys(GROQ, "b", "a"));

        assertEquals(List.of(), testPool.failed(before, new Failure.KeyRefused("no")));
        assertEquals(List.of("b", "a"), turns(2));
    }

    @Test
    void an_attempt_decided_on_is_not_made_where_its_key_has_left() {
        RequestAttempts requestAttempts = testPool.journey(anyModel());
        Step.Attempt leaving = testPool.attempt(requestAttempts);
        Step.Attempt staying = testPool.attempt(requestAttempts);

        testPool.becomes(keys(GROQ, "c", "b"));

        assertFalse(testPool.keyPool.isOpen(leaving, requestAttempts));
        assertTrue(testPool.keyPool.isOpen(staying, requestAttempts));
        assertEquals("groq/2", TestPool.place(testPool.keyPool.begin(staying, testPool.now)));
        testPool.keyPool.withdraw(leaving, requestAttempts, testPool.now);
    }

    enum End {
        ANSWERING,
        ANSWERED,
        FAILED,
        WITHDRAWN;

        void of(Step.Attempt attempt, RequestAttempts requestAttempts, TestPool testPool) {
            switch (this) {
                case ANSWERING -> testPool.keyPool.answering(attempt, testPool.now);
                case ANSWERED -> testPool.answered(attempt);
                case FAILED -> testPool.failed(attempt, new Failure.Cancelled());
                case WITHDRAWN -> testPool.keyPool.withdraw(attempt, requestAttempts, testPool.now);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobody_waits_for_the_probe_of_a_key_that_has_left(End end) {
        testPool.failed(testPool.attempt(anyModel()), unavailable());
        testPool.pass(A_MINUTE);
        RequestAttempts requestAttempts = testPool.journey(anyModel());
        Step.Attempt trial = testPool.attempt(requestAttempts);
        testPool.becomes(keys(GROQ, "c"));
        assertInstanceOf(
                KeySelection.NoneReady.class,
                testPool.choose(testPool.journey(anyModel())),
                "the provider is on trial");

        end.of(trial, requestAttempts, testPool);

        assertEquals("c", testPool.keyFor(anyModel()));
    }

    @Test
    void nobody_waits_for_the_probe_of_a_group_that_became_part_of_another_and_left() {
        testPool.keyFor(anyModel());
        Step.Attempt late = testPool.attempt(anyModel());
        testPool.keyFor(anyModel());
        testPool.failed(testPool.attempt(anyModel()), limited(Duration.ofMillis(100)));
        testPool.pass(Duration.ofMillis(1200));
        Step.Attempt trial = testPool.attempt(anyModel());
        assertEquals(List.of("b", "b"), List.of(key(late), key(trial)));
        testPool.failed(testPool.attempt(anyModel()), limitedOf("org", Duration.ofMillis(300)));
        testPool.failed(late, limitedOf("org", Duration.ofMillis(1)));
        testPool.pass(Duration.ofMillis(400));
        testPool.becomes(keys(GROQ, "a"));
        assertInstanceOf(
                KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())), "a is on trial, too");

        testPool.failed(trial, new Failure.Cancelled());

        assertEquals("a", testPool.keyFor(anyModel()));
    }

    @Test
    void the_probe_of_a_key_that_stays_goes_on_when_one_that_left_is_reported_on() {
        for (int i = 0; i < 2; i++) {
            testPool.failed(testPool.attempt(anyModel()), new Failure.AccountBlocked("unpaid"));
        }
        testPool.now = testPool.readyAt(anyModel());
        Step.Attempt leaving = testPool.attempt(anyModel());
        testPool.pass(Duration.ofMillis(1));
        Step.Attempt staying = testPool.attempt(anyModel());
        testPool.becomes(keys(GROQ, key(staying)));

        testPool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())));
    }

    @Test
    void the_probe_of_a_key_that_stays_goes_on_when_one_that_left_was_asked_at_the_same_moment() {
        testPool.failed(testPool.attempt(anyModel()), new Failure.AccountBlocked("unpaid"));
        testPool.pass(Duration.ofDays(8));
        Step.Attempt trial = testPool.attempt(anyModel());
        Step.Attempt leaving = testPool.attempt(anyModel());
        assertEquals(List.of("a", "b"), List.of(key(trial), key(leaving)));
        testPool.becomes(keys(GROQ, "a"));

        testPool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())));
    }

    @Test
    void the_trial_of_a_key_that_stays_goes_on_when_that_of_one_that_left_began_at_the_same_moment() {
        testPool.failed(testPool.attempt(anyModel()), new Failure.KeyRefused("revoked"));
        testPool.failed(testPool.attempt(anyModel()), new Failure.KeyRefused("revoked"));
        testPool.pass(Duration.ofDays(8));
        Step.Attempt trial = testPool.attempt(anyModel());
        Step.Attempt leaving = testPool.attempt(anyModel());
        assertEquals(List.of("b", "a"), List.of(key(trial), key(leaving)));
        testPool.becomes(keys(GROQ, "b"));

        testPool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())));
    }

    @Test
    void the_probe_of_another_provider_goes_on_when_one_that_left_is_reported_on() {
        testPool.becomes(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));
        for (int i = 0; i < 2; i++) {
            testPool.failed(testPool.attempt(anyModel()), new Failure.TimedOut("slow"));
        }
        testPool.pass(A_MINUTE);
        Step.Attempt leaving = testPool.attempt(groqs(BIG));
        testPool.attempt(new Route.NamedModel(CEREBRAS, BIG));
        testPool.becomes(keys(GROQ, "c"), keys(CEREBRAS, "x"));

        testPool.failed(leaving, new Failure.Cancelled());

        assertInstanceOf(
                KeySelection.NoneReady.class, testPool.choose(testPool.journey(new Route.DefaultModels(CEREBRAS))));
    }

    @Test
    void the_probe_of_a_provider_that_has_left_counts_for_nothing() {
        testPool.failed(testPool.attempt(anyModel()), unavailable());
        testPool.pass(A_MINUTE);
        Step.Attempt trial = testPool.attempt(anyModel());
        testPool.becomes(keys(CEREBRAS, "x"));

        assertEquals(List.of(), testPool.failed(trial, unavailable()));
        assertEquals(List.of("x", "x"), turns(2));
    }

    @Test
    void a_request_for_a_provider_that_has_left_gets_no_answer_and_does_not_wait() {
        testPool.becomes(keys(CEREBRAS, "x"));

        for (Route route : List.of(groqs(BIG), new Route.DefaultModels(GROQ))) {
            Step step = Failover.next(testPool.journey(route), testPool.keyPool, testPool.now);
            assertTrue(
                    step instanceof Step.GiveUp(Exhaustion.AllKeysFailed failed) && !failed.isByRateLimit(),
                    step::toString);
        }
    }
}
