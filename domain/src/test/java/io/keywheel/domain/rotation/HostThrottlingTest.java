package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

    @Test
    void limit_older_than_an_answer_does_not_count_even_if_reported_after_a_newer_one() {
        var four = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        Step.Attempt older = four.attempt();
        four.pass(Duration.ofMillis(1));
        Step.Attempt answered = four.attempt();
        four.pass(Duration.ofMillis(1));
        Step.Attempt newer = four.attempt();
        Step.Attempt newest = four.attempt();

        four.failed(newer, HIDDEN);
        four.failed(older, HIDDEN);
        four.answered(answered);

        assertInstanceOf(
                PoolEvent.CooldownStarted.class, four.failed(newest, HIDDEN).getLast());
    }

    @Test
    void newer_limit_of_a_group_counts_after_an_answer_that_disproves_its_older_one() {
        var four = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        Step.Attempt older = four.attempt();
        four.pass(Duration.ofMillis(1));
        Step.Attempt answered = four.attempt();
        four.pass(Duration.ofMillis(1));
        List<Step.Attempt> newer = List.of(four.attempt(), four.attempt(), four.attempt());
        assertEquals(older.target().key(), newer.getLast().target().key());

        four.failed(older, HIDDEN);
        four.failed(newer.getLast(), HIDDEN);
        four.answered(answered);
        four.failed(newer.get(0), HIDDEN);

        assertInstanceOf(
                PoolEvent.Throttled.class, four.failed(newer.get(1), HIDDEN).getLast());
    }

    @Test
    void answered_probe_ends_throttling_for_all_keys() {
        limit(pool, 3);
        pool.pass(FIRST_PAUSE);

        Step.Attempt probe = pool.attempt();

        assertEquals(Set.of(new Scope.OfProvider(GROQ)), probe.probes());
        assertFalse(pool.isReady(), "one probe at a time");
        pool.answered(probe);
        assertEquals(List.of("groq/2", "groq/3", "groq/1"), pool.answers(3));
        assertTrue(pool.attempt().probes().isEmpty());
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

    static List<Failure> failuresOfTheKeyOrTheRequest() {
        return List.of(limited(A_MINUTE), new Failure.Rejected(NO));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheKeyOrTheRequest")
    void other_failure_of_the_probe_ends_throttling(Failure failure) {
        limit(pool, 3);
        pool.pass(FIRST_PAUSE);

        pool.fail(failure);

        assertTrue(pool.attempt().probes().isEmpty());
        assertInstanceOf(PoolEvent.CooldownStarted.class, pool.fail(HIDDEN).getLast());
    }

    @Test
    void late_rate_limit_of_an_earlier_attempt_cools_no_key() {
        pool.answeredBy(groqs(SMALL));
        Step.Attempt late = pool.attempt(groqs(SMALL));
        limit(pool, 3);

        assertEquals(List.of(), pool.failed(late, HIDDEN));
        pool.pass(FIRST_PAUSE);
        pool.answeredBy();

        assertEquals(List.of("groq/3", "groq/1", "groq/2"), pool.answers(groqs(SMALL), 3));
    }

    @Test
    void network_retry_after_sets_the_throttling_cooldown() {
        var error1015 = new Failure.RateLimited("error code: 1015", A_MINUTE, RateLimitStatus.UNKNOWN, null, false, 0);

        for (int i = 0; i < 3; i++) {
            pool.fail(error1015);
        }

        assertEquals(pool.readyIn(A_MINUTE), pool.choose());
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

    static List<Arguments> poolsWithTooFewLimitedGroups() {
        return List.of(
                arguments("two groups", 2, provider(GROQ, "a", "b")),
                arguments("fewer than half", 3, provider(GROQ, "a", "b", "c", "d", "e", "f", "g")),
                arguments("two keys of one group", 4, provider(GROQ, "a", "a", "a", "b")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("poolsWithTooFewLimitedGroups")
    void too_few_limited_groups_cool_down_separately(String what, int limits, ProviderProfile provider) {
        var pool = new TestPool(provider);

        pool.attempts(limits).forEach(attempt -> pool.failed(attempt, HIDDEN));

        assertCoolApart(pool);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void merged_groups_count_once_for_throttling(int limitsBefore) {
        var four = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        var other = groqs(new ModelId("other"));
        limit(four, limitsBefore);
        four.fail(other, limitedOf("org", A_MINUTE));
        four.fail(other, limitedOf("org", A_MINUTE));

        limit(four, limitsBefore == 0 ? 2 : 1);

        assertCoolApart(four);
    }

    @ParameterizedTest(name = "one limit each {0} ms: throttled {1}")
    @CsvSource({"500, true", "501, false"})
    void rate_limits_within_a_second_count_as_throttling(long millis, boolean throttled) {
        PoolEvent last = limit(pool, 1).getLast();
        for (int i = 0; i < 2; i++) {
            pool.pass(Duration.ofMillis(millis));
            last = limit(pool, 1).getLast();
        }

        assertEquals(throttled, last instanceof PoolEvent.Throttled, last::toString);
    }

    static List<Failure> limitsOfTheKey() {
        var spent = new Failure.RateLimited("limited", null, spentFor(A_MINUTE));
        var few = new Failure.RateLimited("limited", null, tokensLeft(100, A_MINUTE));
        return List.of(limited(A_MINUTE), limitedOf("org", null), spent, few);
    }

    @ParameterizedTest
    @MethodSource("limitsOfTheKey")
    void limit_with_retry_after_organisation_or_too_few_tokens_cools_the_group(Failure shown) {
        limit(pool, 2);

        pool.failing(pool.needing(5_000), shown);

        assertCoolApart(pool);
    }

    @ParameterizedTest(name = "attempt begun later: {0}")
    @ValueSource(booleans = {true, false})
    void answer_to_a_later_attempt_clears_signs_of_throttling(boolean later) {
        var five = new TestPool(provider(GROQ, "a", "b", "c", "d", "e"));
        Step.Attempt before = five.attempt();
        five.pass(Duration.ofMillis(1));
        limit(five, 2);
        five.answered(later ? five.attempt() : before);

        PoolEvent event = limit(five, 1).getLast();

        assertEquals(later, event instanceof PoolEvent.CooldownStarted, event::toString);
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

    /// Asserts that another model is ready, and that the first key cools for the big one.
    private static void assertCoolApart(TestPool pool) {
        assertEquals(Set.of(), pool.attempt(groqs(SMALL)).probes());
        assertInstanceOf(KeyState.Cooling.class, pool.shown().getFirst().state());
    }
}
