package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.empty;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyPoolCooldownTest {

    private static final KeySelection AN_HOUR_LATER =
            new KeySelection.NoneReady(TestPool.START.plus(Duration.ofHours(1)), null);

    @Test
    void a_rate_limit_rests_the_quota_group_for_that_model_only() {
        var testPool = new TestPool(provider(GROQ, "org", "org", "other"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));

        assertEquals("groq/3", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/3", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/1", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void readiness_is_exact_for_a_key_that_cools_down_for_another_model() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(SMALL)), new Failure.KeyRefused("invalid key"));

        assertEquals(AN_HOUR_LATER, testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void a_key_that_had_too_little_left_is_reported_exactly_when_it_rests_for_longer() {
        for (Failure failure : List.of(new Failure.KeyRefused("invalid key"), new Failure.AccountBlocked("unpaid"))) {
            var testPool = new TestPool(provider(GROQ, "a"));
            Step.Attempt ofAnotherModel = testPool.attempt(groqs(BIG));
            testPool.keyPool.answered(
                    testPool.attempt(groqs(SMALL)), RateLimitStatuses.spentFor(A_MINUTE), testPool.now);
            var afterAMinute = new KeySelection.NoneReady(testPool.now.plus(A_MINUTE), null);
            assertEquals(afterAMinute, testPool.choose(testPool.journey(groqs(SMALL))));

            testPool.failed(ofAnotherModel, failure);

            assertEquals(AN_HOUR_LATER, testPool.choose(testPool.journey(groqs(SMALL))));
        }
    }

    @Test
    void a_refused_key_is_retired_for_every_model() {
        var testPool = new TestPool(provider(GROQ, "org", "org"));
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.KeyRefused("invalid key"));

        assertEquals("groq/2", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/2", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void a_blocked_account_rests_all_keys_of_its_group_for_every_model() {
        var testPool = new TestPool(provider(GROQ, "org", "org", "other"));
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.AccountBlocked("payment required"));

        assertEquals("groq/3", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/3", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void an_overload_rests_the_model_and_blames_no_key() {
        var testPool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
        testPool.failed(testPool.attempt(anyModel()), new Failure.Overloaded("queue full", null));

        assertEquals(testPool.now.plusSeconds(1), testPool.readyAt(groqs(BIG)));
        assertEquals("cerebras/1", testPool.answeredBy(anyModel()));
        assertEquals("cerebras/1", testPool.answeredBy(anyModel()));
        assertEquals("groq/1", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void what_speaks_of_the_request_rests_nothing() {
        var testPool = new TestPool(provider(GROQ, "a"));

        for (Failure failure : List.of(
                empty(),
                new Failure.TooLarge(NO),
                new Failure.Unsupported(NO),
                new Failure.Rejected(NO),
                new Failure.Interrupted("cut"),
                new Failure.Cancelled(),
                new Failure.OutOfTime())) {
            assertEquals(List.of(), testPool.failed(testPool.attempt(groqs(BIG)), failure));
        }

        assertEquals("groq/1", testPool.answeredBy(groqs(BIG)));
    }

    @Test
    void the_later_deadline_wins() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var first = testPool.attempt(groqs(BIG));
        var second = testPool.attempt(groqs(BIG));
        var third = testPool.attempt(groqs(BIG));

        testPool.failed(first, limited(A_MINUTE));
        testPool.failed(second, limited(Duration.ofSeconds(5)));
        assertEquals(
                new KeySelection.NoneReady(testPool.now.plusSeconds(60), null),
                testPool.choose(testPool.journey(groqs(BIG))));

        testPool.failed(third, limited(Duration.ofHours(3)));
        assertEquals(
                new KeySelection.NoneReady(testPool.now.plus(Duration.ofHours(3)), null),
                testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void a_limit_that_says_nothing_else_lasts_until_the_bucket_is_filled_that_was_too_low() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var attempt = testPool.attempt(RequestAttempts.begin(groqs(BIG), testPool.terms(), 301));
        var low = RateLimitStatuses.tokensLeft(300, Duration.ofSeconds(26));

        testPool.failed(attempt, new Failure.RateLimited("limited", null, low));

        assertEquals(testPool.now.plusSeconds(26), testPool.readyAt(groqs(BIG)));
    }

    @Test
    void no_bucket_that_holds_enough_says_how_long_a_limit_lasts() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var attempt = testPool.attempt(RequestAttempts.begin(groqs(BIG), testPool.terms(), 300));
        var enough = RateLimitStatuses.tokensLeft(300, Duration.ofSeconds(26));

        testPool.failed(attempt, new Failure.RateLimited("limited", null, enough));

        assertEquals(testPool.now.plusSeconds(2), testPool.readyAt(groqs(BIG)));
    }

    @Test
    void an_answer_that_leaves_nothing_rests_the_group_without_waiting_for_the_refusal() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        var attempt = testPool.attempt(groqs(BIG));

        testPool.keyPool.answered(attempt, RateLimitStatuses.spentFor(A_MINUTE), testPool.now);

        assertEquals("groq/2", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/2", testPool.answeredBy(groqs(BIG)));
    }

    @Test
    void an_answer_that_leaves_too_little_for_another_such_request_rests_the_group() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        var attempt = testPool.attempt(RequestAttempts.begin(groqs(BIG), testPool.terms(), 301));

        testPool.keyPool.answered(attempt, RateLimitStatuses.tokensLeft(300, A_MINUTE), testPool.now);

        for (int i = 0; i < 2; i++) {
            Step.Attempt next = testPool.attempt(RequestAttempts.begin(groqs(BIG), testPool.terms(), 301));
            testPool.answered(next);
            assertEquals("groq/2", TestPool.place(next));
        }
    }

    @Test
    void an_answer_that_leaves_enough_rests_nothing() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var attempt = testPool.attempt(RequestAttempts.begin(groqs(BIG), testPool.terms(), 300));

        assertEquals(
                List.of(),
                testPool.keyPool.answered(attempt, RateLimitStatuses.tokensLeft(300, A_MINUTE), testPool.now));
    }

    @Test
    void tells_of_each_rest_once() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var first = testPool.attempt(groqs(BIG));
        var second = testPool.attempt(groqs(BIG));

        assertEquals(1, testPool.failed(first, limited(A_MINUTE)).size());
        assertEquals(List.of(), testPool.failed(second, limited(A_MINUTE)));
    }
}
