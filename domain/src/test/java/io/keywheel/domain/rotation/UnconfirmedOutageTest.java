package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnconfirmedOutageTest extends PoolFixture {

    private static final Failure BUSY = new Failure.Overloaded("queue full", null);

    private final TestPool testPool = new TestPool(provider(GROQ, "a", "b", "c"));

    static List<Arguments> unconfirmed() {
        return List.of(
                arguments(unavailable(), new Scope.OfProvider(GROQ)), arguments(BUSY, new Scope.OfModel(GROQ, BIG)));
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void single_request_without_an_alternative_probes_an_unconfirmed_outage(Failure failure, Scope scope) {
        testPool.fail(groqs(BIG), failure);

        Step.Attempt early = testPool.attempt(groqs(BIG));

        assertEquals(Set.of(scope), early.probes());
        assertEquals(testPool.outcomeIn(Duration.ofSeconds(120)), testPool.choose(groqs(BIG)));
        testPool.answered(early);
        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void keys_are_unusable_only_during_the_early_probe_of_an_unconfirmed_outage(Failure failure, Scope scope) {
        testPool.fail(groqs(BIG), limited(A_MINUTE));
        testPool.fail(groqs(BIG), failure);
        assertEquals(2, usableKeys(), "the third is limited");

        Step.Attempt probe = testPool.attempt(groqs(BIG));
        assertEquals(0, usableKeys());
        testPool.failed(probe, failure);
        assertEquals(2, usableKeys());

        testPool.fail(groqs(BIG), failure);
        testPool.fail(groqs(BIG), failure);
        assertEquals(0, usableKeys(), "the outage is confirmed");
    }

    @Test
    void key_without_quota_cannot_answer_in_an_unconfirmed_outage() {
        one.answered(one.attempt(groqs(BIG)), spentFor(A_MINUTE));
        one.pass(A_MINUTE);
        Step.Attempt failing = one.attempt(groqs(BIG));
        one.answered(one.attempt(groqs(BIG)), spentFor(A_MINUTE));
        one.failed(failing, unavailable());

        assertFalse(one.status().providers().getFirst().canAnswer());
    }

    @Test
    void provider_with_a_ready_key_is_next_before_one_in_an_unconfirmed_outage() {
        var two = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        two.fail(anyModel(), unavailable());
        two.answeredBy(anyModel());

        assertEquals(CEREBRAS, two.status().current());
        two.fail(anyModel(), limited(A_MINUTE));
        assertEquals(GROQ, two.status().current());
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void failed_early_probe_reports_the_longer_outage(Failure failure, Scope scope) {
        Step.Attempt other = testPool.attempt(groqs(BIG));
        testPool.fail(groqs(BIG), failure);
        testPool.pass(Duration.ofMillis(1));

        assertEquals(List.of(), testPool.failed(other, failure), "prolonged, but by no probe");

        Step.Attempt probe = testPool.attempt(groqs(BIG));
        PoolEvent event = testPool.failed(probe, failure).getFirst();
        Instant until = testPool.readyAt(groqs(BIG));
        assertEquals(new PoolEvent.CooldownStarted(scope, until, probe.failed(failure)), event);
    }

    private int usableKeys() {
        return testPool.status().providers().getFirst().usableKeys();
    }

    @Test
    void request_probes_an_outage_only_once() {
        testPool.fail(groqs(BIG), unavailable());

        RequestAttempts failed = testPool.failing(testPool.request(groqs(BIG)), unavailable());

        assertEquals(testPool.readyIn(A_SECOND), testPool.choose(failed));
    }

    @Test
    void request_that_saw_the_outage_waits_only_for_its_untried_key() {
        two.fail(groqs(BIG), limited(Duration.ofSeconds(2)));
        RequestAttempts failed = two.failing(two.request(groqs(BIG)), new Failure.Unavailable("maintenance", A_MINUTE));

        assertEquals(two.readyIn(Duration.ofSeconds(2)), two.choose(failed));
        two.pass(Duration.ofSeconds(2));
        assertEquals("groq/1", slot(two.attempt(failed)));
    }

    @Test
    void request_waits_for_the_timeout_cooldown_but_not_for_an_unconfirmed_outage() {
        RequestAttempts failed = testPool.failing(testPool.request(groqs(BIG)), new Failure.TimedOut("slow"));
        testPool.failed(testPool.attempt(failed), BUSY);

        assertEquals(testPool.readyIn(Duration.ofMillis(500)), testPool.choose(groqs(BIG)));
        testPool.pass(Duration.ofMillis(500));
        assertTrue(testPool.isReady(groqs(BIG)));
    }
}
