package io.keywheel.domain.rotation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Attempts that are decided and have not begun.
class WithdrawnAttemptTest extends PoolFixture {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final TestPool testPool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
    private final RequestAttempts requestAttempts = testPool.request(groqs(BIG));

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT10S"})
    void attempt_is_not_open_while_its_key_cools_or_needs_a_probe(Duration since) {
        Step.Attempt reporting = testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        Step.Attempt attempt = testPool.attempt(requestAttempts);
        testPool.failed(reporting, limited(TEN));

        testPool.pass(since);

        assertNull(testPool.keyPool.beginIfOpen(attempt, requestAttempts, testPool.now));
        assertEquals(List.of(), testPool.shown().getFirst().models(), "nothing is pending");
    }

    @Test
    void probe_is_open_until_its_key_cools_again() {
        Step.Attempt late = testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        testPool.fail(groqs(BIG), limited(TEN));
        testPool.pass(TEN);
        Step.Attempt probe = testPool.attempt(requestAttempts);
        assertTrue(testPool.isOpen(probe, requestAttempts));

        testPool.failed(late, limited(TEN));

        assertFalse(testPool.isOpen(probe, requestAttempts));
    }

    static List<Failure> outages() {
        return List.of(unavailable(), new Failure.Overloaded("busy", null));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void attempt_stays_open_if_its_request_saw_the_outage(Failure outage) {
        RequestAttempts failed = testPool.failing(testPool.request(groqs(BIG)), outage);
        Step.Attempt attempt = testPool.attempt(failed);

        assertTrue(testPool.isOpen(attempt, failed));
        assertFalse(testPool.isOpen(attempt, requestAttempts));
    }

    @Test
    void attempt_closes_when_its_untried_model_cools_down() {
        Step.Attempt other = testPool.attempt(groqs(BIG));
        RequestAttempts failed = testPool.failing(
                testPool.request(Route.of(List.of(new RouteTarget(GROQ, SMALL), new RouteTarget(GROQ, BIG)))),
                unavailable());
        Step.Attempt attempt = testPool.attempt(failed);
        assertEquals(BIG, attempt.target().model());
        assertTrue(testPool.isOpen(attempt, failed));

        testPool.failed(other, new Failure.Overloaded("busy", TEN));

        assertFalse(testPool.isOpen(attempt, failed));
    }

    @Test
    void withdrawn_attempt_is_not_counted_and_returns_its_turn() {
        RequestAttempts any = testPool.request(anyModel());

        testPool.withdraw(testPool.attempt(any), any);

        assertTrue(testPool.shown().stream().allMatch(key -> key.tally().equals(PoolStatus.Tally.NONE)));
        assertEquals(List.of("groq/1", "cerebras/1"), testPool.answers(anyModel(), 2));
    }

    @Test
    void probe_that_begins_late_is_still_the_decided_probe() {
        one.fail(groqs(BIG), limited(TEN));
        one.pass(TEN);
        RequestAttempts request = one.request(groqs(BIG));
        Step.Attempt decided = one.attempt(request);
        one.pass(TEN);

        Step.Attempt begun = requireNonNull(one.keyPool.beginIfOpen(decided, request, one.now));

        assertEquals(one.now, begun.startedAt());
        assertFalse(one.isReady(groqs(BIG)));
        one.failed(begun, new Failure.Cancelled());
        assertEquals(decided.probes(), one.attempt(groqs(BIG)).probes());
    }

    @Test
    void request_waits_for_a_call_that_begins_long_after_its_decision() {
        one.answered(one.attempt(groqs(BIG)), requestsLeft(1, A_MINUTE));
        one.pass(Duration.ofMillis(1));
        Step.Attempt decided = one.attempt(groqs(BIG));
        one.pass(TEN);
        assertFalse(one.isReady(groqs(BIG)), "it seems to have taken the last");

        one.keyPool.begin(decided, one.now);

        assertEquals(one.outcomeIn(A_SECOND), one.choose(groqs(BIG)));
    }

    @Test
    void attempt_closes_when_its_group_merges_with_a_cooling_one() {
        testPool.fail(groqs(BIG), limitedOf("org_1", TEN));
        testPool.pass(TEN);
        testPool.answeredBy(groqs(BIG));
        Step.Attempt second = testPool.attempt(requestAttempts);
        Step.Attempt first = testPool.attempt(requestAttempts);
        assertTrue(testPool.isOpen(second, requestAttempts) && testPool.isOpen(first, requestAttempts));

        testPool.failed(second, limitedOf("org_1", TEN));

        assertFalse(testPool.isOpen(first, requestAttempts));
        assertFalse(testPool.isOpen(second, requestAttempts));
    }
}
