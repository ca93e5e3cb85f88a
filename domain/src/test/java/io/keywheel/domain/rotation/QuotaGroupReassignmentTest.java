package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.key;
import static io.keywheel.domain.rotation.TestPool.keys;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Quota groups whose keys join, leave and change, and what is still known of them.
class QuotaGroupReassignmentTest {

    private static final RateLimitStatus ONE_LEFT =
            new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests", 10L, 1, A_MINUTE)));

    private final TestPool testPool = new TestPool(keys(GROQ, "a", "b"));

    private List<String> turns(int requests) {
        return Stream.generate(() -> testPool.keyFor(anyModel()))
                .limit(requests)
                .toList();
    }

    @Test
    void a_key_that_is_put_into_a_group_brings_its_limit_along() {
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));

        testPool.becomes(keys(GROQ, "a@team", "b@team", "c"));

        assertEquals(List.of("c", "c"), turns(2));
    }

    @Test
    void a_key_that_is_taken_out_of_a_group_goes_on_cooling() {
        testPool.becomes(keys(GROQ, "a@team", "b@team", "c"));
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));

        testPool.becomes(keys(GROQ, "a", "b@team", "c"));

        assertEquals(List.of("c", "c"), turns(2));
    }

    @Test
    void a_group_goes_on_cooling_though_all_its_keys_are_others() {
        testPool.becomes(keys(GROQ, "a@team", "b"));
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));

        testPool.becomes(keys(GROQ, "c@team", "b"));

        assertEquals(List.of("b", "b"), turns(2));
    }

    @Test
    void a_group_that_left_and_came_back_starts_afresh() {
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));

        testPool.becomes(keys(GROQ, "b"));
        testPool.becomes(keys(GROQ, "b", "a"));

        assertEquals(List.of("b", "a"), turns(2));
    }

    @Test
    void groups_that_turned_out_to_be_one_stay_one() {
        Step.Attempt first = testPool.attempt(anyModel());
        Step.Attempt second = testPool.attempt(anyModel());
        testPool.failed(first, limitedOf("org", Duration.ofSeconds(1)));
        testPool.failed(second, limitedOf("org", Duration.ofSeconds(1)));
        testPool.pass(A_MINUTE);
        turns(1);

        testPool.becomes(keys(GROQ, "c", "a", "b"));
        Step.Attempt third = Stream.generate(() -> testPool.attempt(anyModel()))
                .filter(attempt -> !key(attempt).equals("c"))
                .findFirst()
                .orElseThrow();
        testPool.failed(third, limited(A_MINUTE));

        assertEquals(List.of("c", "c"), turns(2), "both rest");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void all_keys_are_back_when_one_is_answered_that_came_into_their_group_while_it_was_asked(int reloads) {
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));
        testPool.pass(Duration.ofMillis(1));
        Step.Attempt slow = testPool.attempt(anyModel());
        for (int i = 0; i < reloads; i++) {
            testPool.becomes(keys(GROQ, "a@team", "b@team", "c@team"));
        }
        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())));

        testPool.answered(slow);

        assertEquals(Set.of("a", "b", "c"), Set.copyOf(turns(3)));
    }

    @Test
    void the_probe_of_a_group_goes_on_where_its_keys_stay_in_it() {
        becomesBlockedAndOnTrial();

        testPool.becomes(keys(GROQ, "a"));

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())));
    }

    @Test
    void nobody_waits_for_the_probe_of_a_key_that_has_been_put_into_another_group() {
        becomesBlockedAndOnTrial();

        testPool.becomes(keys(GROQ, "a@team"));

        assertEquals("a", key(testPool.attempt(anyModel())));
    }

    private void becomesBlockedAndOnTrial() {
        testPool.becomes(keys(GROQ, "a"));
        testPool.failed(testPool.attempt(anyModel()), new Failure.AccountBlocked("unpaid"));
        testPool.now = testPool.readyAt(anyModel());
        testPool.attempt(anyModel());
    }

    @Test
    void the_calls_of_a_key_that_has_left_hold_up_nobody() {
        testPool.becomes(keys(GROQ, "a@team", "b@team"));
        testPool.keyPool.answered(testPool.attempt(anyModel()), ONE_LEFT, testPool.now);
        assertEquals("b", key(testPool.attempt(anyModel())));
        assertInstanceOf(
                KeySelection.NoneReady.class,
                testPool.choose(testPool.journey(anyModel())),
                "one is left, and pending");

        testPool.becomes(keys(GROQ, "a@team"));

        assertEquals("a", key(testPool.attempt(anyModel())));
    }

    @Test
    void calls_of_a_key_that_stays_still_count() {
        testPool.becomes(keys(GROQ, "a@team", "b@team"));
        testPool.keyPool.answered(testPool.attempt(anyModel()), ONE_LEFT, testPool.now);
        assertEquals("b", key(testPool.attempt(anyModel())));

        testPool.becomes(keys(GROQ, "b@team"));

        assertInstanceOf(
                KeySelection.NoneReady.class,
                testPool.choose(testPool.journey(anyModel())),
                "one is left, and pending");
    }

    @Test
    void an_answer_that_was_under_way_tells_what_was_left_when_its_call_was_let_in() {
        testPool.becomes(keys(GROQ, "a@team", "b@team"));
        Step.Attempt slow = testPool.attempt(anyModel());
        testPool.keyPool.answering(slow, testPool.now);
        assertEquals("b", testPool.keyFor(anyModel()), "takes what is left");

        testPool.becomes(keys(GROQ, "a@team"));
        testPool.keyPool.answered(slow, ONE_LEFT, testPool.now);

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())));
    }
}
