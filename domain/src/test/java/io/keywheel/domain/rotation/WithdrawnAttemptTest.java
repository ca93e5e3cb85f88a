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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Attempts that are decided and have not begun.
class WithdrawnAttemptTest extends PoolFixture {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
    private final RequestAttempts requestAttempts = pool.request();

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT10S"})
    void attempt_is_not_open_while_its_key_cools_or_needs_a_probe(Duration since) {
        Step.Attempt reporting = pool.attempt();
        pool.attempt();
        Step.Attempt attempt = pool.attempt(requestAttempts);
        pool.failed(reporting, limited(TEN));

        pool.pass(since);

        assertNull(pool.keyPool.beginIfOpen(null, attempt, requestAttempts, pool.now));
        assertEquals(List.of(), pool.shown().getFirst().models(), "nothing is pending");
    }

    static List<Failure> outages() {
        return List.of(unavailable(), new Failure.Overloaded("busy", null));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void attempt_stays_open_if_its_request_saw_the_outage(Failure outage) {
        RequestAttempts failed = pool.failing(pool.request(), outage);
        Step.Attempt attempt = pool.attempt(failed);

        assertTrue(pool.isOpen(attempt, failed));
        assertFalse(pool.isOpen(attempt, requestAttempts));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    a probe is open until its key cools again | a b & c | begin 1; ready; limit 10s; pass 10s; begin 2; open 2; pass 0.001s; fail 1 limit 10s; closed 2
                    an attempt of a request that saw an outage stays open beside a later probe | a b & c | begin 1; fail 1 down; begin 1; begin 2 as probe; open 1
                    an attempt of a request that saw an overload stays open beside a later probe | a b & c | begin 1; fail 1 busy; begin 1; begin 2 as probe; open 1
                    an attempt closes when its group merges with a cooling one | a b & c | limit 10s of org; pass 10s; next a; begin 1 with b; begin 2 with a; open 1; open 2; fail 1 limit 10s of org; closed 2
                    """)
    void decided_attempt_is_open_until_its_key_cools(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
    }

    @Test
    void attempt_closes_when_its_untried_model_cools_down() {
        Step.Attempt other = pool.attempt();
        RequestAttempts failed = pool.failing(
                pool.request(Route.of(List.of(new RouteTarget(GROQ, SMALL), new RouteTarget(GROQ, BIG)))),
                unavailable());
        Step.Attempt attempt = pool.attempt(failed);
        assertEquals(BIG, attempt.target().model());
        assertTrue(pool.isOpen(attempt, failed));

        pool.failed(other, new Failure.Overloaded("busy", TEN));

        assertFalse(pool.isOpen(attempt, failed));
    }

    @Test
    void withdrawn_attempt_is_not_counted_and_returns_its_turn() {
        RequestAttempts any = pool.request(anyModel());

        pool.withdraw(pool.attempt(any), any);

        assertTrue(pool.shown().stream().allMatch(key -> key.tally().equals(PoolStatus.Tally.NONE)));
        assertEquals(List.of("groq/1", "cerebras/1"), pool.answers(anyModel(), 2));
    }

    @Test
    void probe_that_begins_late_is_still_the_decided_probe() {
        one.fail(limited(TEN));
        one.pass(TEN);
        RequestAttempts request = one.request();
        Step.Attempt decided = one.attempt(request);
        one.pass(TEN);

        Step.Attempt begun = requireNonNull(one.keyPool.beginIfOpen(null, decided, request, one.now));

        assertEquals(one.now, begun.startedAt());
        assertFalse(one.isReady());
        one.failed(begun, new Failure.Cancelled());
        assertEquals(decided.probes(), one.attempt().probes());
    }

    @Test
    void request_waits_for_a_call_that_begins_long_after_its_decision() {
        one.answered(one.attempt(), requestsLeft(1, A_MINUTE));
        one.pass(Duration.ofMillis(1));
        Step.Attempt decided = one.attempt();
        one.pass(TEN);
        assertFalse(one.isReady(), "it seems to have taken the last");

        one.keyPool.begin(decided, one.now);

        assertEquals(one.outcomeIn(A_SECOND), one.choose());
    }
}
