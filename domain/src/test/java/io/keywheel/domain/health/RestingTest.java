package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.empty;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestingTest {

    private static final Choice AN_HOUR_LATER = new Choice.NoneReady(Pool.START.plus(Duration.ofHours(1)), null);

    @Test
    void a_rate_limit_rests_the_quota_group_for_that_model_only() {
        var pool = new Pool(provider(GROQ, "org", "org", "other"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

        assertEquals("groq/3", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/3", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/1", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void a_key_that_rests_because_of_one_model_is_told_of_exactly_for_another() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(SMALL)), new Failure.KeyRefused("invalid key"));

        assertEquals(AN_HOUR_LATER, pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void a_key_that_had_too_little_left_is_told_of_exactly_when_it_rests_for_longer() {
        for (Failure failure : List.of(new Failure.KeyRefused("invalid key"), new Failure.AccountBlocked("unpaid"))) {
            var pool = new Pool(provider(GROQ, "a"));
            Step.Attempt ofAnotherModel = pool.attempt(groqs(BIG));
            pool.wheel.answered(pool.attempt(groqs(SMALL)), Allowances.spentFor(A_MINUTE), pool.now);
            var afterAMinute = new Choice.NoneReady(pool.now.plus(A_MINUTE), null);
            assertEquals(afterAMinute, pool.choose(pool.journey(groqs(SMALL))));

            pool.failed(ofAnotherModel, failure);

            assertEquals(AN_HOUR_LATER, pool.choose(pool.journey(groqs(SMALL))));
        }
    }

    @Test
    void a_refused_key_is_retired_for_every_model() {
        var pool = new Pool(provider(GROQ, "org", "org"));
        pool.failed(pool.attempt(groqs(BIG)), new Failure.KeyRefused("invalid key"));

        assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/2", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void a_blocked_account_rests_all_keys_of_its_group_for_every_model() {
        var pool = new Pool(provider(GROQ, "org", "org", "other"));
        pool.failed(pool.attempt(groqs(BIG)), new Failure.AccountBlocked("payment required"));

        assertEquals("groq/3", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/3", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void an_overload_rests_the_model_and_blames_no_key() {
        var pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
        pool.failed(pool.attempt(anyModel()), new Failure.Overloaded("queue full", null));

        assertEquals(pool.now.plusSeconds(1), pool.readyAt(groqs(BIG)));
        assertEquals("cerebras/1", pool.answeredBy(anyModel()));
        assertEquals("cerebras/1", pool.answeredBy(anyModel()));
        assertEquals("groq/1", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void what_speaks_of_the_request_rests_nothing() {
        var pool = new Pool(provider(GROQ, "a"));

        for (Failure failure : List.of(
                empty(),
                new Failure.TooLarge(NO),
                new Failure.Unsupported(NO),
                new Failure.Rejected(NO),
                new Failure.Interrupted("cut"),
                new Failure.Cancelled(),
                new Failure.OutOfTime())) {
            assertEquals(List.of(), pool.failed(pool.attempt(groqs(BIG)), failure));
        }

        assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
    }

    @Test
    void the_later_deadline_wins() {
        var pool = new Pool(provider(GROQ, "a"));
        var first = pool.attempt(groqs(BIG));
        var second = pool.attempt(groqs(BIG));
        var third = pool.attempt(groqs(BIG));

        pool.failed(first, limited(A_MINUTE));
        pool.failed(second, limited(Duration.ofSeconds(5)));
        assertEquals(new Choice.NoneReady(pool.now.plusSeconds(60), null), pool.choose(pool.journey(groqs(BIG))));

        pool.failed(third, limited(Duration.ofHours(3)));
        assertEquals(
                new Choice.NoneReady(pool.now.plus(Duration.ofHours(3)), null), pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void a_limit_that_says_nothing_else_lasts_until_the_bucket_is_filled_that_was_too_low() {
        var pool = new Pool(provider(GROQ, "a"));
        var attempt = pool.attempt(Journey.begin(groqs(BIG), pool.terms(), 301));
        var low = Allowances.tokensLeft(300, Duration.ofSeconds(26));

        pool.failed(attempt, new Failure.RateLimited("limited", null, low));

        assertEquals(pool.now.plusSeconds(26), pool.readyAt(groqs(BIG)));
    }

    @Test
    void no_bucket_that_holds_enough_says_how_long_a_limit_lasts() {
        var pool = new Pool(provider(GROQ, "a"));
        var attempt = pool.attempt(Journey.begin(groqs(BIG), pool.terms(), 300));
        var enough = Allowances.tokensLeft(300, Duration.ofSeconds(26));

        pool.failed(attempt, new Failure.RateLimited("limited", null, enough));

        assertEquals(pool.now.plusSeconds(2), pool.readyAt(groqs(BIG)));
    }

    @Test
    void an_answer_that_leaves_nothing_rests_the_group_without_waiting_for_the_refusal() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        var attempt = pool.attempt(groqs(BIG));

        pool.wheel.answered(attempt, Allowances.spentFor(A_MINUTE), pool.now);

        assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
    }

    @Test
    void an_answer_that_leaves_too_little_for_another_such_request_rests_the_group() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        var attempt = pool.attempt(Journey.begin(groqs(BIG), pool.terms(), 301));

        pool.wheel.answered(attempt, Allowances.tokensLeft(300, A_MINUTE), pool.now);

        for (int i = 0; i < 2; i++) {
            Step.Attempt next = pool.attempt(Journey.begin(groqs(BIG), pool.terms(), 301));
            pool.answered(next);
            assertEquals("groq/2", Pool.place(next));
        }
    }

    @Test
    void an_answer_that_leaves_enough_rests_nothing() {
        var pool = new Pool(provider(GROQ, "a"));
        var attempt = pool.attempt(Journey.begin(groqs(BIG), pool.terms(), 300));

        assertEquals(List.of(), pool.wheel.answered(attempt, Allowances.tokensLeft(300, A_MINUTE), pool.now));
    }

    @Test
    void tells_of_each_rest_once() {
        var pool = new Pool(provider(GROQ, "a"));
        var first = pool.attempt(groqs(BIG));
        var second = pool.attempt(groqs(BIG));

        assertEquals(1, pool.failed(first, limited(A_MINUTE)).size());
        assertEquals(List.of(), pool.failed(second, limited(A_MINUTE)));
    }
}
