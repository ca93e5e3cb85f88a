package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.slot;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnconfirmedOutageTest {

    private static final Failure BUSY = new Failure.Overloaded("queue full", null);

    private final TestPool testPool = new TestPool(provider(GROQ, "a", "b", "c"));

    static List<Arguments> unconfirmed() {
        return List.of(
                arguments(unavailable(), new Scope.OfProvider(GROQ), 4),
                arguments(BUSY, new Scope.OfModel(GROQ, BIG), 8));
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void request_without_an_alternative_probes_at_once_and_only_one(Failure failure, Scope scope) {
        testPool.fail(groqs(BIG), failure);

        Step.Attempt early = testPool.attempt(groqs(BIG));

        assertEquals(Set.of(scope), early.probes());
        assertEquals(
                new KeySelection.NoneReady(null, testPool.now.plusSeconds(120)),
                testPool.choose(testPool.request(groqs(BIG))));
        testPool.answered(early);
        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void third_failed_probe_confirms_the_outage(Failure failure, Scope scope, int seconds) {
        for (int i = 0; i < 4; i++) {
            testPool.fail(groqs(BIG), failure);
        }

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plusSeconds(seconds), null),
                testPool.choose(testPool.request(groqs(BIG))));
    }

    @Test
    void request_for_any_model_probes_at_once_where_all_providers_fail() {
        testPool.fail(anyModel(), unavailable());

        assertEquals(
                Set.of(new Scope.OfProvider(GROQ)), testPool.attempt(anyModel()).probes());
    }

    @Test
    void request_probes_an_outage_only_once() {
        testPool.fail(groqs(BIG), unavailable());

        RequestAttempts failed = testPool.failing(testPool.request(groqs(BIG)), unavailable());

        assertEquals(new KeySelection.NoneReady(testPool.now.plusSeconds(1), null), testPool.choose(failed));
    }

    static List<Failure> confirmed() {
        return List.of(new Failure.TimedOut("slow"), new Failure.Unavailable("maintenance", Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @MethodSource("confirmed")
    void timeout_or_named_end_is_waited_for(Failure failure) {
        testPool.fail(groqs(BIG), failure);

        assertFalse(testPool.isReady(groqs(BIG)));
    }

    @Test
    void provider_that_has_answered_a_later_attempt_is_not_failing() {
        Step.Attempt slow = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        testPool.answeredBy(groqs(BIG));

        assertEquals(List.of(), testPool.failed(slow, new Failure.TimedOut("slow")));
        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void request_that_saw_the_outage_waits_for_its_last_key_only() {
        var two = new TestPool(provider(GROQ, "a", "b"));
        two.fail(groqs(BIG), TestPool.limited(Duration.ofSeconds(2)));
        RequestAttempts failed = two.failing(two.request(groqs(BIG)), new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(new KeySelection.NoneReady(two.now.plusSeconds(2), null), two.choose(failed));
        two.pass(Duration.ofSeconds(2));
        assertEquals("groq/1", slot(two.attempt(failed)));
    }

    @Test
    void request_waits_until_only_an_unconfirmed_outage_is_left() {
        RequestAttempts failed = testPool.failing(testPool.request(groqs(BIG)), new Failure.TimedOut("slow"));
        testPool.failed(testPool.attempt(failed), BUSY);

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plusMillis(500), null),
                testPool.choose(testPool.request(groqs(BIG))));
        testPool.pass(Duration.ofMillis(500));
        assertTrue(testPool.isReady(groqs(BIG)));
    }
}
