package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.limitedOf;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A provider that limits this host, and not its keys.
class ThrottlingTest {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    @Test
    void many_groups_limited_at_once_without_a_sign_pause_the_provider_and_not_the_keys() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d", "e", "f"), provider(CEREBRAS, "x"));

        List<Change> changes = limit(pool, 3).getLast();

        Instant until = pool.now.plus(FIRST_PAUSE);
        assertEquals(new Change.Throttled(GROQ, until, 3), changes.getLast());
        assertEquals(until, pool.readyAt(groqs(BIG)));
        assertEquals("cerebras/1", pool.answeredBy(anyModel()));
        assertEquals("cerebras/1", pool.answeredBy(anyModel()));
    }

    @Test
    void the_keys_are_all_in_turn_again_as_soon_as_one_answers() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        limit(pool, 3);
        pool.pass(FIRST_PAUSE);

        var trial = pool.attempt(groqs(BIG));

        assertEquals(Set.of(new Scope.OfProvider(GROQ)), trial.trials());
        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady, "one trial at a time");
        pool.answered(trial);
        assertEquals(List.of("groq/2", "groq/3", "groq/1"), answers(pool, BIG, 3));
        assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty());
    }

    @Test
    void the_pause_doubles_while_the_provider_goes_on_limiting_the_host() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d"));
        limit(pool, 3);

        for (long pause : List.of(500, 1000, 2000, 4000)) {
            assertEquals(pool.now.plusMillis(pause), pool.readyAt(groqs(BIG)));
            pool.pass(Duration.ofMillis(pause));
            pool.failed(pool.attempt(groqs(BIG)), limited(null));
        }
    }

    @Test
    void a_request_whose_trial_failed_goes_on_to_no_other_key() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d", "e", "f"));
        limit(pool, 3);
        pool.pass(FIRST_PAUSE);
        Journey journey = pool.journey(groqs(BIG));
        Step.Attempt trial = pool.attempt(journey);
        pool.failed(trial, limited(null));

        Choice next = pool.choose(journey.failedAt(trial.failed(limited(null))));

        assertTrue(next instanceof Choice.NoneReady, next::toString);
    }

    @Test
    void is_over_when_a_key_is_refused_for_a_reason_of_its_own() {
        for (Failure failure : List.of(limited(A_MINUTE), new Failure.Rejected(NO))) {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));
            limit(pool, 3);
            pool.pass(FIRST_PAUSE);

            pool.failed(pool.attempt(groqs(BIG)), failure);

            assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty(), failure::toString);
        }
    }

    @Test
    void a_limit_that_an_attempt_from_before_the_pause_meets_blames_no_key_either() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        pool.answeredBy(groqs(SMALL));
        var late = pool.attempt(groqs(SMALL));
        limit(pool, 3);

        assertEquals(List.of(), pool.failed(late, limited(null)));
        pool.pass(FIRST_PAUSE);
        pool.answered(pool.attempt(groqs(BIG)));

        assertEquals(List.of("groq/3", "groq/1", "groq/2"), answers(pool, SMALL, 3));
    }

    @Test
    void the_network_may_say_how_long() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        var told = new Failure.RateLimited("error code: 1015", A_MINUTE, Allowance.UNKNOWN, null, false, 0);

        IntStream.range(0, 3).forEach(_ -> pool.failed(pool.attempt(groqs(BIG)), told));

        assertEquals(new Choice.NoneReady(pool.now.plus(A_MINUTE), null), pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void a_request_that_gives_up_meanwhile_was_limited() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        Journey journey = pool.journey(groqs(BIG));
        for (int i = 0; i < 3; i++) {
            journey = pool.failing(journey, limited(null));
        }

        Step step = Failover.next(journey, pool.wheel, pool.now);

        assertTrue(step instanceof Step.GiveUp(Exhaustion.AllKeysFailed all) && all.isByRateLimit(), step::toString);
    }

    @Test
    void two_groups_are_not_many() {
        var pool = new Pool(provider(GROQ, "a", "b"));

        limit(pool, 2);

        assertRestApart(pool);
    }

    @Test
    void fewer_than_half_of_the_groups_are_not_many() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d", "e", "f", "g"));

        limit(pool, 3);

        assertEquals("groq/4", pool.answeredBy(groqs(BIG)));
    }

    @Test
    void keys_of_one_group_count_once() {
        var pool = new Pool(provider(GROQ, "a", "a", "a", "b"));
        var attempts =
                IntStream.range(0, 4).mapToObj(_ -> pool.attempt(groqs(BIG))).toList();

        attempts.forEach(attempt -> pool.failed(attempt, limited(null)));

        assertRestApart(pool);
    }

    @Test
    void merged_groups_count_once() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        var other = new ModelId("other");
        pool.failed(pool.attempt(groqs(other)), limitedOf("org", A_MINUTE));
        pool.failed(pool.attempt(groqs(other)), limitedOf("org", A_MINUTE));
        var attempts =
                IntStream.range(0, 3).mapToObj(_ -> pool.attempt(groqs(BIG))).toList();

        attempts.forEach(attempt -> pool.failed(attempt, limited(null)));

        assertRestApart(pool);
    }

    @Test
    void groups_that_are_merged_meanwhile_count_once() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d"));
        var other = new ModelId("other");
        limit(pool, 2);
        pool.failed(pool.attempt(groqs(other)), limitedOf("org", A_MINUTE));
        pool.failed(pool.attempt(groqs(other)), limitedOf("org", A_MINUTE));

        limit(pool, 1);

        assertRestApart(pool);
    }

    @Test
    void limits_that_come_one_after_the_other_are_the_keys_own() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));

        for (int i = 0; i < 3; i++) {
            pool.failed(pool.attempt(groqs(BIG)), limited(null));
            pool.pass(Duration.ofMillis(600));
        }

        assertRestApart(pool);
    }

    @Test
    void limits_that_show_themselves_are_the_keys_own() {
        var spent = new Failure.RateLimited("limited", null, Allowances.spentFor(A_MINUTE));
        for (Failure shown : List.of(limited(A_MINUTE), limitedOf("org", null), spent)) {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));
            limit(pool, 2);

            pool.failed(pool.attempt(groqs(BIG)), shown);

            assertRestApart(pool);
        }
    }

    @Test
    void an_answer_to_a_later_attempt_shows_that_the_host_may_ask() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d"));
        limit(pool, 2);
        pool.answered(pool.attempt(groqs(BIG)));

        pool.failed(pool.attempt(groqs(BIG)), limited(null));

        assertEquals("groq/3", pool.answeredBy(groqs(BIG)));
        assertRestApart(pool);
    }

    @Test
    void what_was_known_of_a_group_before_is_known_again() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofSeconds(10)));
        pool.pass(Duration.ofSeconds(10));
        limit(pool, 3);

        pool.pass(FIRST_PAUSE);
        assertEquals(List.of("groq/2", "groq/3"), answers(pool, BIG, 2));
        var trial = pool.attempt(groqs(BIG));

        assertEquals(Set.of(new Scope.OfGroupModel(new QuotaGroup(GROQ, "a"), BIG)), trial.trials());
    }

    /// Lets so many keys be limited for the big model without a sign.
    private static List<List<Change>> limit(Pool pool, int times) {
        return IntStream.range(0, times)
                .mapToObj(_ -> pool.failed(pool.attempt(groqs(BIG)), limited(null)))
                .toList();
    }

    private static List<String> answers(Pool pool, ModelId model, int times) {
        return IntStream.range(0, times)
                .mapToObj(_ -> pool.answeredBy(groqs(model)))
                .toList();
    }

    /// The provider is in turn for a model that nobody has asked for, and the first key is not for the big one.
    private static void assertRestApart(Pool pool) {
        assertEquals(Set.of(), pool.attempt(groqs(SMALL)).trials());
        var first = pool.wheel.status(pool.now).providers().getFirst().keys().getFirst();
        assertTrue(first.standing() instanceof Standing.Cooling, first::toString);
    }
}
