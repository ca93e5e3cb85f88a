package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.place;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Groups that turn out to be of one organisation.
class QuotaGroupMergeTest {

    private static final Duration FIVE = Duration.ofSeconds(5);

    @Test
    void keys_of_one_organisation_cool_together_whatever_the_settings_say() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        merge(testPool);

        testPool.failed(testPool.attempt(groqs(SMALL)), limited(A_MINUTE));

        assertEquals("groq/3", testPool.answeredBy(groqs(SMALL)));
        assertEquals("groq/3", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void keys_of_different_organisations_stay_apart() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("x", FIVE));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("y", FIVE));

        assertEquals(List.of("a", "b"), groups(testPool));
    }

    @Test
    void a_name_means_nothing_at_another_provider() {
        var testPool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", FIVE));

        var poolEvents = testPool.failed(testPool.attempt(new Route.NamedModel(CEREBRAS, BIG)), limitedOf("org", FIVE));

        assertEquals(1, poolEvents.size());
    }

    @Test
    void says_once_which_keys_have_joined_which_group() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));

        var poolEvents = merge(testPool);

        assertEquals(
                new PoolEvent.Merged(new QuotaGroup(GROQ, "a"), new KeySlot(GROQ, 1), List.of(new KeySlot(GROQ, 2))),
                poolEvents.getFirst());
        testPool.pass(FIVE);
        assertEquals(
                1,
                testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", FIVE))
                        .size());
    }

    @Test
    void all_keys_are_back_when_one_is_answered_that_was_asked_before_the_groups_were_one() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", A_MINUTE));
        testPool.pass(Duration.ofMillis(1));
        Step.Attempt slow = testPool.attempt(groqs(BIG));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", FIVE));

        testPool.answered(slow);

        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void whoever_began_first_is_let_in_first_whatever_group_it_was_of() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", Duration.ofMillis(1)));
        Step.Attempt refused = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMillis(1));
        Instant first = testPool.now;
        Step.Attempt trial = testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMillis(1));
        testPool.answered(trial);
        testPool.attempt(groqs(BIG));
        testPool.failed(refused, limitedOf("org", Duration.ofMillis(1)));
        testPool.pass(Duration.ofMillis(1));

        assertEquals(
                new KeySelection.NoneReady(null, first.plusSeconds(1)), testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void the_smaller_group_joins_the_larger() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "b"));

        merge(testPool);

        assertEquals(List.of("b", "b", "b"), groups(testPool));
    }

    @ParameterizedTest
    @CsvSource({"PT5S, PT1M", "PT1M, PT5S"})
    void of_two_rests_the_later_deadline_is_that_of_the_group(Duration first, Duration second) {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(first));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(second));

        merge(testPool);

        assertEquals(testPool.now.plus(A_MINUTE), testPool.readyAt(groqs(SMALL)));
    }

    @Test
    void what_is_known_of_an_account_is_known_of_the_group() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        var first = testPool.attempt(groqs(BIG));
        var second = testPool.attempt(groqs(BIG));
        testPool.answeredBy(groqs(SMALL));
        testPool.failed(testPool.attempt(groqs(SMALL)), new Failure.AccountBlocked("unpaid"));

        testPool.failed(first, limitedOf("org", FIVE));
        testPool.failed(second, limitedOf("org", FIVE));

        assertEquals("groq/3", testPool.answeredBy(groqs(SMALL)));
        assertEquals("groq/3", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void an_attempt_from_before_the_merger_is_an_attempt_of_the_group() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        testPool.answeredBy(groqs(SMALL));
        var before = testPool.attempt(groqs(SMALL));
        merge(testPool);

        testPool.failed(before, limited(A_MINUTE));

        assertEquals("groq/2", place(before));
        assertEquals("groq/3", testPool.answeredBy(groqs(SMALL)));
        assertEquals("groq/3", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void a_probe_from_before_the_merger_is_the_probe_of_the_group() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.answeredBy(groqs(SMALL));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(FIVE));
        testPool.pass(FIVE);
        var trial = testPool.attempt(groqs(SMALL));
        merge(testPool);

        assertTrue(
                testPool.choose(testPool.journey(groqs(SMALL))) instanceof KeySelection.NoneReady,
                "one trial at a time");
        assertEquals("groq/2", place(trial));
        testPool.answered(trial);
        assertEquals("groq/1", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void nobody_waits_for_an_answered_probe_whose_group_rests_longer_as_a_part_of_another() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.answeredBy(groqs(BIG));
        Step.Attempt late = testPool.attempt(groqs(BIG));
        testPool.answeredBy(groqs(BIG));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofMillis(100)));
        testPool.pass(Duration.ofMillis(1200));
        Step.Attempt trial = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMillis(1));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", Duration.ofMillis(300)));
        testPool.failed(late, limitedOf("org", Duration.ofMillis(1)));
        testPool.pass(Duration.ofMillis(300));

        testPool.answered(trial);

        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void an_attempt_from_before_the_merger_that_is_not_made_gives_its_turn_and_its_probe_back() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.answeredBy(groqs(SMALL));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(FIVE));
        testPool.pass(FIVE);
        var requestAttempts = testPool.journey(groqs(SMALL));
        var trial = testPool.attempt(requestAttempts);
        merge(testPool);
        assertTrue(testPool.keyPool.isOpen(trial, requestAttempts));

        testPool.keyPool.withdraw(trial, requestAttempts, testPool.now);

        var next = testPool.attempt(groqs(SMALL));
        assertEquals("groq/2", place(next));
        assertEquals(1, next.probes().size());
    }

    @Test
    void a_key_that_has_joined_comes_back_to_the_front_like_any_other() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        merge(testPool);
        testPool.pass(FIVE);
        var joined = testPool.attempt(groqs(BIG));

        testPool.failed(joined, limited(FIVE));
        testPool.answeredBy(groqs(BIG));
        testPool.pass(FIVE);

        assertEquals("groq/2", place(joined));
        assertEquals("groq/2", testPool.answeredBy(groqs(BIG)));
    }

    @Test
    void remaining_quota_is_shown_for_every_key_of_the_group() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.answeredBy(groqs(SMALL));
        RateLimitStatus rateLimitStatus = RateLimitStatuses.tokensLeft(5000, A_MINUTE);
        testPool.keyPool.answered(testPool.attempt(groqs(SMALL)), rateLimitStatus, testPool.now);

        merge(testPool);

        for (KeyStatus key : keys(testPool)) {
            assertEquals(rateLimitStatus, key.models().getLast().limits());
        }
    }

    /// Lets the first two keys, in turn for the big model, be limited in the name of one organisation.
    private static List<PoolEvent> merge(TestPool testPool) {
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", FIVE));
        return testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", FIVE));
    }

    private static List<String> groups(TestPool testPool) {
        return keys(testPool).stream().map(key -> key.key().group().name()).toList();
    }

    private static List<KeyStatus> keys(TestPool testPool) {
        return testPool.keyPool.status(testPool.now).providers().getFirst().keys();
    }
}
