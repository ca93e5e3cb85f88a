package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Quota groups that merge because their keys belong to one organisation.
class QuotaGroupMergeTest extends PoolFixture {

    private static final Duration FIVE = Duration.ofSeconds(5);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b", "c"));

    @Test
    void keys_of_one_organisation_cool_together_without_a_configured_group() {
        merge(pool);

        pool.fail(groqs(SMALL), limited(A_MINUTE));

        assertEquals(List.of("groq/3", "groq/3"), pool.answers(groqs(SMALL), 2));
    }

    static List<Arguments> groups() {
        return List.of(
                arguments(provider(GROQ, "a", "b"), "x", "y", List.of("a", "b")),
                arguments(provider(GROQ, "a", "b"), "x", "x", List.of("a", "a")),
                arguments(provider(GROQ, "a", "b", "b"), "x", "x", List.of("b", "b", "b")));
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @MethodSource("groups")
    void smaller_group_merges_into_the_larger_of_the_same_organisation(
            ProviderProfile provider, String first, String second, List<String> groups) {
        var pool = new TestPool(provider);
        pool.fail(limitedOf(first, FIVE));
        pool.fail(limitedOf(second, FIVE));

        assertEquals(
                groups,
                pool.shown().stream().map(key -> key.key().group().name()).toList());
    }

    @Test
    void same_organisation_name_at_another_provider_is_not_merged() {
        var two = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "a"));
        two.fail(limitedOf("org", FIVE));

        assertEquals(
                1, two.fail(Route.to(CEREBRAS, BIG), limitedOf("org", FIVE)).size());
    }

    @Test
    void merge_event_is_reported_once() {
        assertEquals(
                new PoolEvent.Merged(new QuotaGroup(GROQ, "a"), new KeySlot(GROQ, 1), List.of(new KeySlot(GROQ, 2))),
                merge(pool).getFirst());
        pool.pass(FIVE);
        assertEquals(1, pool.fail(limitedOf("org", FIVE)).size());
    }

    @ParameterizedTest
    @CsvSource({"PT5S, PT1M", "PT1M, PT5S"})
    void merged_group_takes_the_later_cooldown_end(Duration first, Duration second) {
        two.fail(groqs(SMALL), limited(first));
        two.fail(groqs(SMALL), limited(second));

        merge(two);

        assertEquals(two.now.plus(A_MINUTE), two.readyAt(groqs(SMALL)));
    }

    @Test
    void blocked_account_blocks_the_merged_group() {
        Step.Attempt first = pool.attempt();
        Step.Attempt second = pool.attempt();
        pool.answeredBy(groqs(SMALL));
        pool.fail(groqs(SMALL), new Failure.AccountBlocked("unpaid"));

        pool.failed(first, limitedOf("org", FIVE));
        pool.failed(second, limitedOf("org", FIVE));

        assertEquals(List.of("groq/3", "groq/3"), pool.answers(groqs(SMALL), 2));
    }

    @Test
    void answer_to_an_attempt_from_before_the_merge_ends_the_group_cooldown() {
        two.fail(limitedOf("org", A_MINUTE));
        two.pass(Duration.ofMillis(1));
        Step.Attempt slow = two.attempt();
        two.fail(limitedOf("org", FIVE));

        two.answered(slow);

        assertTrue(two.isReady());
    }

    @Test
    void probe_from_before_the_merge_is_the_probe_of_the_group() {
        Step.Attempt probe = probeOfTheSecondKey(two);

        merge(two);

        assertFalse(two.isReady(groqs(SMALL)), "one probe at a time");
        two.answered(probe);
        assertEquals("groq/1", two.answeredBy(groqs(SMALL)));
    }

    @Test
    void withdrawn_probe_from_before_the_merge_returns_its_turn() {
        RequestAttempts requestAttempts = two.request(groqs(SMALL));
        Step.Attempt probe = probeOfTheSecondKey(two);
        merge(two);
        assertTrue(two.isOpen(probe, requestAttempts));

        two.withdraw(probe, requestAttempts);

        Step.Attempt next = two.attempt(groqs(SMALL));
        assertEquals("groq/2", slot(next));
        assertEquals(1, next.probes().size());
    }

    private static Step.Attempt probeOfTheSecondKey(TestPool pool) {
        pool.answeredBy(groqs(SMALL));
        pool.fail(groqs(SMALL), limited(FIVE));
        pool.pass(FIVE);
        Step.Attempt probe = pool.attempt(groqs(SMALL));
        assertEquals("groq/2", slot(probe));
        return probe;
    }

    @Test
    void request_does_not_wait_for_an_answered_probe_of_a_merged_group() {
        two.answeredBy();
        Step.Attempt late = two.attempt();
        two.answeredBy();
        two.fail(limited(Duration.ofMillis(100)));
        two.pass(Duration.ofMillis(1200));
        Step.Attempt probe = two.attempt();
        two.pass(Duration.ofMillis(1));
        two.fail(limitedOf("org", Duration.ofMillis(300)));
        two.failed(late, limitedOf("org", Duration.ofMillis(1)));
        two.pass(Duration.ofMillis(300));

        two.answered(probe);

        assertTrue(two.isReady());
    }

    @Test
    void remaining_quota_is_shown_for_every_key_of_the_group() {
        two.answeredBy(groqs(SMALL));
        RateLimitStatus left = tokensLeft(5000, A_MINUTE);
        two.answered(two.attempt(groqs(SMALL)), left);

        merge(two);

        two.shown().forEach(key -> assertEquals(left, key.models().getLast().limits()));
    }

    @ParameterizedTest(name = "{0} requests left in the first group")
    @ValueSource(ints = {0, 1})
    void request_waits_for_the_later_reset_of_merged_groups(int left) {
        two.answeredBy(groqs(SMALL));
        two.answered(two.attempt(groqs(SMALL)), requestsLeft(left, FIVE));
        two.pass(Duration.ofMillis(1));
        two.answered(two.attempt(groqs(SMALL)), requestsLeft(0, A_MINUTE));
        assertEquals(left == 1, two.isReady(groqs(SMALL)));
        assertFalse(two.isReady(groqs(SMALL)));

        merge(two);

        assertEquals(two.readyIn(A_MINUTE), two.choose(groqs(SMALL)));
    }

    @Test
    void every_key_of_the_merged_group_takes_turns_after_the_reset() {
        two.answered(two.attempt(groqs(SMALL)), requestsLeft(0, A_MINUTE));
        two.answered(two.attempt(groqs(SMALL)), requestsLeft(0, A_MINUTE));
        assertFalse(two.isReady(groqs(SMALL)));
        merge(two);

        two.pass(A_MINUTE);

        assertEquals(Set.of("groq/1", "groq/2"), Set.copyOf(two.answers(groqs(SMALL), 2)));
    }

    @Test
    void key_of_a_merged_group_answers_after_the_reset_while_the_other_is_retired() {
        List<Step.Attempt> late = List.of(two.attempt(), two.attempt());
        two.fail(groqs(SMALL), new Failure.KeyRefused("invalid key"));
        two.answered(two.attempt(groqs(SMALL)), requestsLeft(0, A_MINUTE));
        assertFalse(two.isReady(groqs(SMALL)));
        late.forEach(attempt -> two.failed(attempt, limitedOf("org", FIVE)));

        two.pass(A_MINUTE);

        assertEquals("groq/2", two.answeredBy(groqs(SMALL)));
    }

    /// Fails the next two keys for the big model by a rate limit of the same organisation.
    private static List<PoolEvent> merge(TestPool pool) {
        pool.fail(limitedOf("org", FIVE));
        return pool.fail(limitedOf("org", FIVE));
    }
}
