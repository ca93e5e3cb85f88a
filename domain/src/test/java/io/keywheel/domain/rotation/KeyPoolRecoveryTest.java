package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Probes: after a cooldown, and earlier in an unconfirmed outage.
class KeyPoolRecoveryTest extends PoolFixture {

    private static final Failure BUSY = new Failure.Overloaded("queue full", null);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b", "c"));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # An unconfirmed outage
                    a single request without an alternative probes an outage | a b c | down; begin 1 as probe; outcome in 120s; answer 1; begin 2 as no-probe
                    a single request without an alternative probes an overload | a b c | busy; begin 1 as probe; outcome in 120s; answer 1; begin 2 as no-probe
                    keys are unusable only during the early probe of an outage | a b c | limit 1m; down; usable 2; begin 1; usable 0; fail 1 down; usable 2; down; down; usable 0
                    keys are unusable only during the early probe of an overload | a b c | limit 1m; busy; usable 2; begin 1; usable 0; fail 1 busy; usable 2; busy; busy; usable 0
                    a provider with a ready key is next before one in an outage | a & x | any down; any next x; current cerebras; any limit 1m; current groq
                    a request probes an outage only once | a b c | down; begin 1; fail 1 down; none 1 in 1s
                    a request that saw the outage waits only for its untried key | a b | limit 2s; begin 1; fail 1 down 1m; none 1 in 2s; pass 2s; begin 1 with a
                    a request waits for the cooldown of a timeout, not of an unconfirmed outage | a b c | begin 1; fail 1 slow; begin 1; fail 1 busy; none in 0.5s; pass 0.5s; ready
                    a failure beside a probe permits no second probe | a b c | begin 1; down; ready; pass 0.001s; fail 1 down; outcome in 119.999s
                    an unsupported request that was not sent leaves the probe to the next | a b | down; pass 1s; unsent quietly; begin 1 as probe
                    # Probes
                    first content of a probe reports its recovery and admits the next call | a | limit 1s; pass 1s; begin 1; none; content 1 recovers; ready; answer 1 quietly
                    a rejection by the provider ends an outage | a b | down; pass 1s; rejected recovers; begin 1 with a as no-probe
                    an unsupported request ends an outage | a b | down; pass 1s; unsupported recovers; begin 1 with a as no-probe
                    a limit ends an outage | a b | down; pass 1s; begin 1; fail 1 limit 1m; begin 2 with a as no-probe
                    a probe of a retired key waits for the quota of its group | a@one b@one | refused; left 100 tokens 2h; pass 1h; none 500t in 1h; back 500t in 1h; pass 1h; begin 1 500t with a
                    an unreported probe ends at its deadline, and its late report is ignored | a | busy 1m; pass 1m; begin 1; pass 2m; begin 2 as probe; fail 1 late; none
                    a probe from before a rate limit does not replace its own | a@one b@one | begin 1; limit 1s; pass 1s; ready; pass 0.001s; fail 1 limit 1m; pass 1m; begin 2 as probe
                    a request does not wait for a probe of a key with a later cooldown | a b | limit 1s; begin 1; begin 2; pass 1s; ready; fail 1 limit 1h; fail 2 down 1m; none in 1m
                    # Reports of attempts from before a cooldown
                    an answer to an earlier attempt does not end a cooldown | a | begin 1; pass 1s; limit 1m; answer 1 quietly; none
                    a timeout seen after the cooldown leaves the probe to decide | a b c | begin 1; begin 2; pass 0.001s; fail 1 slow; pass 1s; begin 3; fail 2 slow quietly; outcome in 120s; fail 3 slow; none in 1s
                    a requested pause counts | a b c | begin 1; begin 2; pass 0.001s; fail 1 slow; pass 1s; fail 2 down 1m; none in 1m
                    """)
    void keys_recover_by_one_probe_at_a_time(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
    }

    static List<Arguments> unconfirmed() {
        return List.of(
                arguments(unavailable(), new Scope.OfProvider(GROQ)), arguments(BUSY, new Scope.OfModel(GROQ, BIG)));
    }

    @Test
    void key_without_quota_cannot_answer_in_an_unconfirmed_outage() {
        one.answered(one.attempt(), spentFor(A_MINUTE));
        one.pass(A_MINUTE);
        Step.Attempt failing = one.attempt();
        one.answered(one.attempt(), spentFor(A_MINUTE));
        one.failed(failing, unavailable());

        assertFalse(one.status().providers().getFirst().canAnswer());
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void failed_early_probe_reports_the_longer_outage(Failure failure, Scope scope) {
        Step.Attempt other = pool.attempt();
        pool.fail(failure);
        pool.pass(Duration.ofMillis(1));

        assertEquals(List.of(), pool.failed(other, failure), "prolonged, but by no probe");

        Step.Attempt probe = pool.attempt();
        PoolEvent event = pool.failed(probe, failure).getFirst();
        Instant until = pool.readyAt();
        assertEquals(new PoolEvent.CooldownStarted(scope, until, probe.failed(failure)), event);
    }
}
