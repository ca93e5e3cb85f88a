package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.limitedOf;
import static io.keywheel.domain.health.Pool.place;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Groups that turn out to be of one organisation.
class MergingTest {

    private static final Duration FIVE = Duration.ofSeconds(5);

    @Test
    void keys_of_one_organisation_cool_together_whatever_the_settings_say() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        merge(pool);

        pool.failed(pool.attempt(groqs(SMALL)), limited(A_MINUTE));

        assertEquals("groq/3", pool.answeredBy(groqs(SMALL)));
        assertEquals("groq/3", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void keys_of_different_organisations_stay_apart() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("x", FIVE));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("y", FIVE));

        assertEquals(List.of("a", "b"), groups(pool));
    }

    @Test
    void a_name_means_nothing_at_another_provider() {
        var pool = new Pool(provider(GROQ, "a"), provider(CEREBRAS, "a"));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", FIVE));

        var changes = pool.failed(pool.attempt(new Route.NamedModel(CEREBRAS, BIG)), limitedOf("org", FIVE));

        assertEquals(1, changes.size());
    }

    @Test
    void says_once_which_keys_have_joined_which_group() {
        var pool = new Pool(provider(GROQ, "a", "b"));

        var changes = merge(pool);

        assertEquals(
                new Change.Merged(new QuotaGroup(GROQ, "a"), new KeySlot(GROQ, 1), List.of(new KeySlot(GROQ, 2))),
                changes.getFirst());
        pool.pass(FIVE);
        assertEquals(
                1, pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", FIVE)).size());
    }

    @Test
    void all_keys_are_back_when_one_is_answered_that_was_asked_before_the_groups_were_one() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", A_MINUTE));
        pool.pass(Duration.ofMillis(1));
        Step.Attempt slow = pool.attempt(groqs(BIG));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", FIVE));

        pool.answered(slow);

        assertInstanceOf(Choice.Chosen.class, pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void whoever_began_first_is_let_in_first_whatever_group_it_was_of() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", Duration.ofMillis(1)));
        Step.Attempt refused = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMillis(1));
        Instant first = pool.now;
        Step.Attempt trial = pool.attempt(groqs(BIG));
        pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMillis(1));
        pool.answered(trial);
        pool.attempt(groqs(BIG));
        pool.failed(refused, limitedOf("org", Duration.ofMillis(1)));
        pool.pass(Duration.ofMillis(1));

        assertEquals(new Choice.NoneReady(null, first.plusSeconds(1)), pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void the_smaller_group_joins_the_larger() {
        var pool = new Pool(provider(GROQ, "a", "b", "b"));

        merge(pool);

        assertEquals(List.of("b", "b", "b"), groups(pool));
    }

    @ParameterizedTest
    @CsvSource({"PT5S, PT1M", "PT1M, PT5S"})
    void of_two_rests_the_later_deadline_is_that_of_the_group(Duration first, Duration second) {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(SMALL)), limited(first));
        pool.failed(pool.attempt(groqs(SMALL)), limited(second));

        merge(pool);

        assertEquals(pool.now.plus(A_MINUTE), pool.readyAt(groqs(SMALL)));
    }

    @Test
    void what_is_known_of_an_account_is_known_of_the_group() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        var first = pool.attempt(groqs(BIG));
        var second = pool.attempt(groqs(BIG));
        pool.answeredBy(groqs(SMALL));
        pool.failed(pool.attempt(groqs(SMALL)), new Failure.AccountBlocked("unpaid"));

        pool.failed(first, limitedOf("org", FIVE));
        pool.failed(second, limitedOf("org", FIVE));

        assertEquals("groq/3", pool.answeredBy(groqs(SMALL)));
        assertEquals("groq/3", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void an_attempt_from_before_the_merger_is_an_attempt_of_the_group() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        pool.answeredBy(groqs(SMALL));
        var before = pool.attempt(groqs(SMALL));
        merge(pool);

        pool.failed(before, limited(A_MINUTE));

        assertEquals("groq/2", place(before));
        assertEquals("groq/3", pool.answeredBy(groqs(SMALL)));
        assertEquals("groq/3", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void a_trial_from_before_the_merger_is_the_trial_of_the_group() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.answeredBy(groqs(SMALL));
        pool.failed(pool.attempt(groqs(SMALL)), limited(FIVE));
        pool.pass(FIVE);
        var trial = pool.attempt(groqs(SMALL));
        merge(pool);

        assertTrue(pool.choose(pool.journey(groqs(SMALL))) instanceof Choice.NoneReady, "one trial at a time");
        assertEquals("groq/2", place(trial));
        pool.answered(trial);
        assertEquals("groq/1", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void nobody_waits_for_an_answered_trial_whose_group_rests_longer_as_a_part_of_another() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.answeredBy(groqs(BIG));
        Step.Attempt late = pool.attempt(groqs(BIG));
        pool.answeredBy(groqs(BIG));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofMillis(100)));
        pool.pass(Duration.ofMillis(1200));
        Step.Attempt trial = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMillis(1));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", Duration.ofMillis(300)));
        pool.failed(late, limitedOf("org", Duration.ofMillis(1)));
        pool.pass(Duration.ofMillis(300));

        pool.answered(trial);

        assertInstanceOf(Choice.Chosen.class, pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void an_attempt_from_before_the_merger_that_is_not_made_gives_its_turn_and_its_trial_back() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.answeredBy(groqs(SMALL));
        pool.failed(pool.attempt(groqs(SMALL)), limited(FIVE));
        pool.pass(FIVE);
        var journey = pool.journey(groqs(SMALL));
        var trial = pool.attempt(journey);
        merge(pool);
        assertTrue(pool.wheel.isOpen(trial, journey));

        pool.wheel.withdraw(trial, journey, pool.now);

        var next = pool.attempt(groqs(SMALL));
        assertEquals("groq/2", place(next));
        assertEquals(1, next.trials().size());
    }

    @Test
    void a_key_that_has_joined_comes_back_to_the_front_like_any_other() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        merge(pool);
        pool.pass(FIVE);
        var joined = pool.attempt(groqs(BIG));

        pool.failed(joined, limited(FIVE));
        pool.answeredBy(groqs(BIG));
        pool.pass(FIVE);

        assertEquals("groq/2", place(joined));
        assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
    }

    @Test
    void what_is_left_is_told_of_every_key_of_the_group() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.answeredBy(groqs(SMALL));
        Allowance allowance = Allowances.tokensLeft(5000, A_MINUTE);
        pool.wheel.answered(pool.attempt(groqs(SMALL)), allowance, pool.now);

        merge(pool);

        for (KeyStatus key : keys(pool)) {
            assertEquals(allowance, key.models().getLast().allowance());
        }
    }

    /// Lets the first two keys, in turn for the big model, be limited in the name of one organisation.
    private static List<Change> merge(Pool pool) {
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", FIVE));
        return pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", FIVE));
    }

    private static List<String> groups(Pool pool) {
        return keys(pool).stream().map(key -> key.key().group().name()).toList();
    }

    private static List<KeyStatus> keys(Pool pool) {
        return pool.wheel.status(pool.now).providers().getFirst().keys();
    }
}
