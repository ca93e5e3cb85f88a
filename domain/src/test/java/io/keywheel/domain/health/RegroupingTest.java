package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.key;
import static io.keywheel.domain.health.Pool.keys;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.limitedOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Quota groups whose keys join, leave and change, and what is still known of them.
class RegroupingTest {

    private static final Allowance ONE_LEFT =
            new Allowance(List.of(new Allowance.Bucket("requests", 10L, 1, A_MINUTE)));

    private final Pool pool = new Pool(keys(GROQ, "a", "b"));

    private List<String> turns(int requests) {
        return Stream.generate(() -> pool.keyFor(anyModel())).limit(requests).toList();
    }

    @Test
    void a_key_that_is_put_into_a_group_brings_its_limit_along() {
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));

        pool.becomes(keys(GROQ, "a@team", "b@team", "c"));

        assertEquals(List.of("c", "c"), turns(2));
    }

    @Test
    void a_key_that_is_taken_out_of_a_group_goes_on_resting() {
        pool.becomes(keys(GROQ, "a@team", "b@team", "c"));
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));

        pool.becomes(keys(GROQ, "a", "b@team", "c"));

        assertEquals(List.of("c", "c"), turns(2));
    }

    @Test
    void a_group_goes_on_resting_though_all_its_keys_are_others() {
        pool.becomes(keys(GROQ, "a@team", "b"));
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));

        pool.becomes(keys(GROQ, "c@team", "b"));

        assertEquals(List.of("b", "b"), turns(2));
    }

    @Test
    void a_group_that_left_and_came_back_starts_afresh() {
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));

        pool.becomes(keys(GROQ, "b"));
        pool.becomes(keys(GROQ, "b", "a"));

        assertEquals(List.of("b", "a"), turns(2));
    }

    @Test
    void groups_that_turned_out_to_be_one_stay_one() {
        Step.Attempt first = pool.attempt(anyModel());
        Step.Attempt second = pool.attempt(anyModel());
        pool.failed(first, limitedOf("org", Duration.ofSeconds(1)));
        pool.failed(second, limitedOf("org", Duration.ofSeconds(1)));
        pool.pass(A_MINUTE);
        turns(1);

        pool.becomes(keys(GROQ, "c", "a", "b"));
        Step.Attempt third = Stream.generate(() -> pool.attempt(anyModel()))
                .filter(attempt -> !key(attempt).equals("c"))
                .findFirst()
                .orElseThrow();
        pool.failed(third, limited(A_MINUTE));

        assertEquals(List.of("c", "c"), turns(2), "both rest");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void all_keys_are_back_when_one_is_answered_that_came_into_their_group_while_it_was_asked(int reloads) {
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));
        pool.pass(Duration.ofMillis(1));
        Step.Attempt slow = pool.attempt(anyModel());
        for (int i = 0; i < reloads; i++) {
            pool.becomes(keys(GROQ, "a@team", "b@team", "c@team"));
        }
        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())));

        pool.answered(slow);

        assertEquals(Set.of("a", "b", "c"), Set.copyOf(turns(3)));
    }

    @Test
    void the_trial_of_a_group_goes_on_where_its_keys_stay_in_it() {
        becomesBlockedAndOnTrial();

        pool.becomes(keys(GROQ, "a"));

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())));
    }

    @Test
    void nobody_waits_for_the_trial_of_a_key_that_has_been_put_into_another_group() {
        becomesBlockedAndOnTrial();

        pool.becomes(keys(GROQ, "a@team"));

        assertEquals("a", key(pool.attempt(anyModel())));
    }

    private void becomesBlockedAndOnTrial() {
        pool.becomes(keys(GROQ, "a"));
        pool.failed(pool.attempt(anyModel()), new Failure.AccountBlocked("unpaid"));
        pool.now = pool.readyAt(anyModel());
        pool.attempt(anyModel());
    }

    @Test
    void the_calls_of_a_key_that_has_left_hold_up_nobody() {
        pool.becomes(keys(GROQ, "a@team", "b@team"));
        pool.wheel.answered(pool.attempt(anyModel()), ONE_LEFT, pool.now);
        assertEquals("b", key(pool.attempt(anyModel())));
        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())), "one is left, and pending");

        pool.becomes(keys(GROQ, "a@team"));

        assertEquals("a", key(pool.attempt(anyModel())));
    }

    @Test
    void the_calls_of_a_key_that_stays_are_still_reckoned_with() {
        pool.becomes(keys(GROQ, "a@team", "b@team"));
        pool.wheel.answered(pool.attempt(anyModel()), ONE_LEFT, pool.now);
        assertEquals("b", key(pool.attempt(anyModel())));

        pool.becomes(keys(GROQ, "b@team"));

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())), "one is left, and pending");
    }

    @Test
    void an_answer_that_was_under_way_tells_what_was_left_when_its_call_was_let_in() {
        pool.becomes(keys(GROQ, "a@team", "b@team"));
        Step.Attempt slow = pool.attempt(anyModel());
        pool.wheel.answering(slow, pool.now);
        assertEquals("b", pool.keyFor(anyModel()), "takes what is left");

        pool.becomes(keys(GROQ, "a@team"));
        pool.wheel.answered(slow, ONE_LEFT, pool.now);

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())));
    }
}
