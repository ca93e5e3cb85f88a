package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A provider that throttles this host instead of single keys.
class HostThrottlingTest extends PoolFixture {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /// A rate limit without a sign of the group's own limit.
    private static final Failure HIDDEN = limited(null);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "x"));

    @Test
    void half_of_the_groups_limited_together_cools_the_provider_not_the_keys() {
        var six = new TestPool(provider(GROQ, "a", "b", "c", "d", "e", "f"), provider(CEREBRAS, "x"));

        PoolEvent event = limit(six, 3).getLast();

        Instant until = six.now.plus(FIRST_PAUSE);
        assertEquals(new PoolEvent.Throttled(GROQ, until, 3), event);
        assertEquals(until, six.readyAt());
        assertEquals(List.of("cerebras/1", "cerebras/1"), six.answers(anyModel(), 2));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    an answered probe ends throttling for all keys | a b c | limit; limit; limit throttles; pass 0.5s; begin 1 as probe; none; answer 1; next b c a; begin 2 as no-probe
                    a limit of the key at the probe ends throttling | a b c | limit; limit; limit; pass 0.5s; limit 1m; begin 1 as no-probe; limit cools
                    a rejection of the request at the probe ends throttling | a b c | limit; limit; limit; pass 0.5s; rejected; begin 1 as no-probe; limit cools
                    a late limit of an earlier attempt cools no key | a b c | small next a; small begin 1; limit; limit; limit; fail 1 limit quietly; pass 0.5s; next a; small next c a b
                    a pause that the network requests is that of the provider | a b c | network 1m; network 1m; network 1m; none in 1m
                    # Too few signs
                    two limited groups cool | a b | limit; limit cools
                    fewer than half of the groups cool | a b c d e f g | limit; limit; limit cools
                    keys of one group count once | a@one b@one c@one d | begin 1; begin 2; begin 3; begin 4; fail 1 limit; fail 2 limit; fail 3 limit; fail 4 limit cools
                    keys of merged groups count once | a b c d | small limit 1m of org; small limit 1m of org; limit; limit cools
                    keys of groups that merge between count once | a b c d | limit; limit; small limit 1m of org; small limit 1m of org; limit cools
                    limits within a second count together | a b c | limit; pass 0.5s; limit; pass 0.5s; limit throttles
                    a further limit of a group does not prolong the second of another | a@one b@one c d | begin 1; begin 2; fail 1 limit; pass 0.1s; limit; pass 0.5s; fail 2 limit; pass 0.6s; limit cools
                    limits within more than a second do not count together | a b c | limit; pass 0.501s; limit; pass 0.501s; limit cools
                    # Limits that show whose they are
                    a limit with Retry-After is that of the group | a b c | limit; limit; limit 1m cools
                    a limit that names an organisation is that of the group | a b c | limit; limit; limit of org cools
                    a limit with an empty bucket is that of the group | a b c | limit; limit; limit left 0 tokens 1m 5000t cools
                    a limit with too few tokens left is that of the group | a b c | limit; limit; limit left 100 tokens 1m 5000t cools
                    # Answers
                    an answer to a later attempt clears the signs | a b c d e | begin 1; pass 0.001s; limit; limit; begin 2; answer 2; limit cools
                    an answer to an earlier attempt clears no sign | a b c d e | begin 1; pass 0.001s; limit; limit; answer 1; limit throttles
                    a limit older than an answer does not count even if reported after a newer one | a b c d | begin 1; pass 0.001s; begin 2; pass 0.001s; begin 3; begin 4; fail 3 limit; fail 1 limit; answer 2; fail 4 limit cools
                    a newer limit of a group counts after an answer that disproves its older one | a b c d | begin 1 with a; pass 0.001s; begin 2; pass 0.001s; begin 3; begin 4; begin 5 with a; fail 1 limit; fail 5 limit; answer 2; fail 3 limit; fail 4 limit throttles
                    """)
    void provider_is_throttled_if_many_limits_show_no_group(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
    }

    @Test
    void provider_cooldown_doubles_while_throttling_continues() {
        limit(pool, 3);

        for (long pause : List.of(500, 1000, 2000, 4000)) {
            assertEquals(pool.now.plusMillis(pause), pool.readyAt());
            pool.pass(Duration.ofMillis(pause));
            var next = new PoolEvent.Throttled(GROQ, pool.now.plusMillis(2 * pause), 0);
            assertEquals(List.of(next), pool.fail(HIDDEN));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reverted_cooldown_keeps_its_probe_until_that_ends(boolean ended) {
        var four = new TestPool(provider(GROQ, "a", "a", "b", "c"));
        Step.Attempt older = four.attempt();
        four.fail(limited(A_SECOND));
        List<Step.Attempt> others = four.attempts(2);
        four.pass(A_SECOND);
        Step.Attempt probe = four.attempt();
        four.pass(Duration.ofMillis(1));

        four.failed(older, HIDDEN);
        if (ended) {
            four.failed(probe, HIDDEN);
        }
        others.forEach(other -> four.failed(other, HIDDEN));

        four.pass(FIRST_PAUSE);
        assertEquals(!ended, four.shown().getFirst().state() instanceof KeyState.Probing);
    }

    @Test
    void request_that_gives_up_during_throttling_is_rate_limited() {
        RequestAttempts requestAttempts = pool.request();
        for (int i = 0; i < 3; i++) {
            requestAttempts = pool.failing(requestAttempts, HIDDEN);
        }

        Step step = pool.next(requestAttempts);

        var all = assertInstanceOf(
                Exhaustion.AllFailed.class,
                assertInstanceOf(Step.GiveUp.class, step).exhaustion());
        assertTrue(all.isByRateLimit(requestAttempts.failed()));
    }

    @Test
    void shorter_group_cooldown_from_before_throttling_is_restored() {
        List<Step.Attempt> attempts = pool.attempts(6);
        Duration shorter = Duration.ofMillis(800);
        pool.failed(attempts.get(0), limited(shorter));
        pool.failed(attempts.get(3), HIDDEN);
        pool.failed(attempts.get(1), HIDDEN);
        RequestAttempts notToTheThird =
                pool.request().withFailure(attempts.get(5).failed(empty()));
        assertEquals(pool.readyIn(Duration.ofSeconds(2)), pool.choose(notToTheThird));
        pool.failed(attempts.get(2), HIDDEN);

        pool.pass(shorter);

        assertEquals("groq/1", pool.answeredBy());
    }

    /// Fails `times` requests for the big model by a rate limit without signs of the group's own limit.
    private static List<PoolEvent> limit(TestPool pool, int times) {
        return IntStream.range(0, times)
                .mapToObj(_ -> pool.fail(HIDDEN))
                .flatMap(List::stream)
                .toList();
    }
}
