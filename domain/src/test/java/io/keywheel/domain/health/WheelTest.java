package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.empty;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.place;
import static io.keywheel.domain.health.Pool.places;
import static io.keywheel.domain.health.Pool.provider;
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Refusal;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WheelTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Refusal NO = new Refusal(400, "no", null, null, null);

    @Nested
    class TakingTurns {

        @Test
        void providers_take_turns_request_by_request() {
            var pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

            assertEquals(
                    List.of("groq/1", "cerebras/1", "groq/2", "cerebras/1", "groq/1"),
                    IntStream.range(0, 5)
                            .mapToObj(_ -> pool.answeredBy(anyModel()))
                            .toList());
        }

        @Test
        void keys_of_a_named_model_take_turns() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));

            assertEquals(
                    List.of("groq/1", "groq/2", "groq/3", "groq/1"),
                    IntStream.range(0, 4)
                            .mapToObj(_ -> pool.answeredBy(groqs(SMALL)))
                            .toList());
        }

        @Test
        void keys_take_turns_for_each_model_apart() {
            var pool = new Pool(provider(GROQ, "a", "b"));

            assertEquals("groq/1", pool.answeredBy(groqs(SMALL)));
            assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
            assertEquals("groq/2", pool.answeredBy(groqs(SMALL)));
        }

        @Test
        void a_resting_keys_share_spreads_over_all_others() {
            var pool = new Pool(provider(GROQ, "a", "b", "c", "d", "e"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

            Map<String, Integer> shares = new HashMap<>();
            for (int i = 0; i < 200; i++) {
                shares.merge(pool.answeredBy(groqs(BIG)), 1, Integer::sum);
            }

            assertEquals(Map.of("groq/2", 50, "groq/3", 50, "groq/4", 50, "groq/5", 50), shares);
        }

        @Test
        void a_burst_of_fallbacks_spreads_over_all_others() {
            var pool = new Pool(provider(GROQ, "a", "b", "c", "d", "e"));
            var journeys = IntStream.range(0, 20)
                    .mapToObj(_ -> pool.journey(groqs(BIG)))
                    .toList();

            Map<String, Integer> shares = new HashMap<>();
            for (Journey journey : journeys) {
                Journey failed = pool.failing(journey, empty());
                shares.merge(place(pool.attempt(failed)), 1, Integer::sum);
            }

            assertTrue(shares.values().stream().allMatch(share -> share >= 3 && share <= 5), shares::toString);
        }

        @Test
        void a_request_starts_at_the_next_key_in_turn_however_many_fallbacks_lay_between() {
            var pool = new Pool(provider(GROQ, "a", "b"));

            Journey first = pool.failing(pool.journey(groqs(BIG)), empty());
            assertEquals("groq/2", place(pool.attempt(first)));

            assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
            assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
        }

        @Test
        void a_key_is_used_at_once_when_its_rest_is_over() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
            pool.answeredBy(groqs(BIG));

            pool.pass(A_MINUTE);

            assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
        }
    }

    @Nested
    class FallingBack {

        @Test
        void moves_to_the_next_provider_and_then_to_the_keys_not_yet_tried() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d", "e"));
            Journey journey = pool.journey(anyModel());

            for (int i = 0; i < 5; i++) {
                journey = pool.failing(journey, empty());
            }

            assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/2", "groq/3"), places(journey));
            assertEquals(new Choice.NoneReady(null, null), pool.choose(journey));
        }

        @Test
        void keeps_to_the_one_provider_that_was_asked_for() {
            var pool = new Pool(provider(GROQ, "a"), provider(CEREBRAS, "d", "e"));
            Journey journey = pool.journey(new Route.DefaultModels(CEREBRAS));

            journey = pool.failing(pool.failing(journey, empty()), empty());

            assertEquals(List.of("cerebras/1", "cerebras/2"), places(journey));
            assertEquals(new Choice.NoneReady(null, null), pool.choose(journey));
        }

        @Test
        void does_not_ask_a_provider_again_that_refused_the_request_itself() {
            var pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

            Journey journey = pool.failing(pool.journey(anyModel()), new Failure.TooLarge(NO));
            journey = pool.failing(journey, new Failure.Unsupported(NO));

            assertEquals(List.of("groq/1", "cerebras/1"), places(journey));
            assertEquals(new Choice.NoneReady(null, null), pool.choose(journey));
        }

        @Test
        void comes_back_to_a_provider_in_trouble_only_after_all_others() {
            var pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c", "d"));
            Journey journey = pool.failing(pool.journey(anyModel()), unavailable());

            for (int i = 0; i < 3; i++) {
                journey = pool.failing(journey, empty());
            }

            assertEquals(List.of("groq/1", "cerebras/1", "cerebras/2", "groq/2"), places(journey));
        }

        @Test
        void goes_through_all_keys_of_the_one_provider_even_when_it_is_in_trouble() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));
            Journey journey = pool.journey(groqs(BIG));

            for (int i = 0; i < 3; i++) {
                journey = pool.failing(journey, unavailable());
            }

            assertEquals(List.of("groq/1", "groq/2", "groq/3"), places(journey));
        }

        @Test
        void keeps_other_requests_from_a_provider_in_trouble() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d"));
            pool.failed(pool.attempt(anyModel()), unavailable());

            assertEquals("cerebras/1", pool.answeredBy(anyModel()));
            assertEquals("cerebras/1", pool.answeredBy(anyModel()));
        }
    }

    @Nested
    class Suspecting {

        @Test
        void lets_one_request_that_has_nobody_else_to_ask_see_about_it_at_once() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());

            var early = pool.attempt(groqs(BIG));
            var waiting = pool.choose(pool.journey(groqs(BIG)));

            assertEquals(Set.of(new Scope.OfProvider(GROQ)), early.trials());
            assertEquals(new Choice.NoneReady(null, pool.now.plusSeconds(120)), waiting);
            pool.answered(early);
            assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty());
        }

        @Test
        void sees_about_an_overload_early_too() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), new Failure.Overloaded("queue full", null));

            assertEquals(
                    Set.of(new Scope.OfModel(GROQ, BIG)),
                    pool.attempt(groqs(BIG)).trials());
        }

        @Test
        void leaves_the_provider_alone_when_it_has_failed_three_times_more() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());

            for (int i = 0; i < 3; i++) {
                pool.failed(pool.attempt(groqs(BIG)), unavailable());
            }

            assertEquals(new Choice.NoneReady(pool.now.plusSeconds(4), null), pool.choose(pool.journey(groqs(BIG))));
        }

        @Test
        void does_not_let_a_request_see_about_it_twice() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());

            Journey journey = pool.failing(pool.journey(groqs(BIG)), unavailable());

            assertEquals(new Choice.NoneReady(pool.now.plusSeconds(1), null), pool.choose(journey));
        }

        @Test
        void waits_out_what_takes_long_to_find_out_and_what_the_upstream_asked_for() {
            for (Failure failure : List.of(
                    new Failure.TimedOut("slow"), new Failure.Unavailable("maintenance", Duration.ofSeconds(10)))) {
                var pool = new Pool(provider(GROQ, "a", "b"));
                pool.failed(pool.attempt(groqs(BIG)), failure);

                assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady, failure::toString);
            }
        }

        @Test
        void holds_nothing_against_a_provider_that_has_answered_a_later_attempt() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            var slow = pool.attempt(groqs(BIG));
            pool.pass(Duration.ofSeconds(1));
            pool.answeredBy(groqs(BIG));

            assertEquals(List.of(), pool.failed(slow, new Failure.TimedOut("slow")));
            assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty());
        }
    }

    @Nested
    class Resting {

        @Test
        void a_rate_limit_rests_the_quota_group_for_that_model_only() {
            var pool = new Pool(provider(GROQ, "org", "org", "other"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

            assertEquals("groq/3", pool.answeredBy(groqs(BIG)));
            assertEquals("groq/3", pool.answeredBy(groqs(BIG)));
            assertEquals("groq/1", pool.answeredBy(groqs(SMALL)));
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

            assertEquals(pool.now.plusSeconds(1), readyAt(pool));
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
                    new Choice.NoneReady(pool.now.plus(Duration.ofHours(3)), null),
                    pool.choose(pool.journey(groqs(BIG))));
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
        void tells_of_each_rest_once() {
            var pool = new Pool(provider(GROQ, "a"));
            var first = pool.attempt(groqs(BIG));
            var second = pool.attempt(groqs(BIG));

            assertEquals(1, pool.failed(first, limited(A_MINUTE)).size());
            assertEquals(List.of(), pool.failed(second, limited(A_MINUTE)));
        }
    }

    @Nested
    class Recovering {

        @Test
        void gives_one_trial_while_everybody_else_waits_for_its_outcome() {
            var pool = new Pool(provider(GROQ, "a"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
            pool.pass(A_MINUTE);

            var trial = pool.attempt(groqs(BIG));
            var other = pool.journey(groqs(BIG));

            assertFalse(trial.trials().isEmpty());
            assertEquals(new Choice.NoneReady(null, pool.now.plusSeconds(120)), pool.choose(other));
            pool.answered(trial);
            assertTrue(pool.attempt(other).trials().isEmpty());
        }

        @Test
        void uses_something_else_rather_than_wait_for_a_trial() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
            pool.pass(A_MINUTE);

            assertEquals("groq/1", place(pool.attempt(groqs(BIG))));
            assertEquals("groq/2", place(pool.attempt(groqs(BIG))));
        }

        @Test
        void a_failed_trial_rests_longer_each_time() {
            var pool = new Pool(provider(GROQ, "a"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());

            for (long pause : List.of(500, 1000, 2000, 4000)) {
                assertEquals(pool.now.plusMillis(pause), readyAt(pool));
                pool.pass(Duration.ofMillis(pause));
                pool.failed(pool.attempt(groqs(BIG)), unavailable());
            }
        }

        @Test
        void a_request_whose_trial_failed_does_not_knock_with_its_other_keys() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());
            pool.pass(Duration.ofMillis(500));

            Journey journey = pool.failing(pool.journey(groqs(BIG)), unavailable());

            assertEquals(new Choice.NoneReady(pool.now.plusSeconds(1), null), pool.choose(journey));
        }

        @Test
        void trouble_seen_by_many_requests_at_once_counts_as_one() {
            var pool = new Pool(provider(GROQ, "a"));
            var attempts = IntStream.range(0, 10)
                    .mapToObj(_ -> pool.attempt(groqs(BIG)))
                    .toList();

            attempts.forEach(attempt -> {
                pool.pass(Duration.ofMillis(400));
                pool.failed(attempt, unavailable());
            });

            assertEquals(pool.now.plusMillis(500), readyAt(pool));
        }

        @Test
        void a_trial_that_is_called_off_leaves_the_trial_to_the_next() {
            var pool = new Pool(provider(GROQ, "a"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
            pool.pass(A_MINUTE);

            pool.failed(pool.attempt(groqs(BIG)), new Failure.Cancelled());

            assertFalse(pool.attempt(groqs(BIG)).trials().isEmpty());
        }

        @Test
        void a_trial_that_is_never_reported_ends_with_its_requests_deadline() {
            var pool = new Pool(provider(GROQ, "a"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
            pool.pass(A_MINUTE);
            pool.attempt(groqs(BIG));

            pool.pass(Duration.ofMinutes(2));

            assertFalse(pool.attempt(groqs(BIG)).trials().isEmpty());
        }

        @Test
        void an_answer_to_a_request_from_before_the_trouble_disproves_nothing() {
            var pool = new Pool(provider(GROQ, "a"));
            var before = pool.attempt(groqs(BIG));
            pool.pass(Duration.ofSeconds(1));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

            assertEquals(List.of(), pool.answered(before));

            assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady);
        }

        @Test
        void an_answer_leaves_alone_what_it_says_nothing_about() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

            pool.answeredBy(groqs(BIG));

            assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
        }

        @Test
        void a_refusal_of_the_request_shows_that_the_provider_is_up_again() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());
            pool.pass(Duration.ofSeconds(1));

            pool.failed(pool.attempt(groqs(BIG)), new Failure.Rejected(NO));

            assertTrue(pool.attempt(groqs(BIG)).trials().isEmpty());
        }

        @Test
        void what_one_failure_disproves_another_may_still_hold() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());
            pool.pass(Duration.ofSeconds(1));

            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

            assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
            assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
        }

        @Test
        void a_late_limit_from_before_a_trial_outlasts_the_trials_success() {
            var pool = new Pool(provider(GROQ, "a"));
            var late = pool.attempt(groqs(BIG));
            pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofSeconds(2)));
            pool.pass(Duration.ofSeconds(4));
            var trial = pool.attempt(groqs(BIG));
            pool.pass(Duration.ofSeconds(1));
            pool.failed(late, limited(A_MINUTE));
            var readyAt = pool.now.plus(A_MINUTE);

            pool.answered(trial);

            assertEquals(new Choice.NoneReady(readyAt, null), pool.choose(pool.journey(groqs(BIG))));
            pool.pass(A_MINUTE);
            assertFalse(pool.attempt(groqs(BIG)).trials().isEmpty());
        }

        @Test
        void an_old_attempt_does_not_end_a_newer_trial() {
            var pool = new Pool(provider(GROQ, "a", "b"));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());
            pool.pass(Duration.ofSeconds(1));
            var stream = pool.attempt(groqs(BIG));
            pool.wheel.answering(stream);
            pool.pass(Duration.ofSeconds(1));
            pool.failed(pool.attempt(groqs(BIG)), unavailable());
            pool.pass(Duration.ofSeconds(1));
            pool.attempt(groqs(BIG));

            pool.failed(stream, new Failure.Interrupted("cut"));

            assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady, "one trial at a time");
        }

        @Test
        void new_trouble_met_on_a_keys_trial_does_not_keep_the_request_from_the_other_keys() {
            var pool = new Pool(provider(GROQ, "a", "b", "c"));
            pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
            pool.pass(A_MINUTE);

            Journey journey = pool.failing(pool.journey(groqs(BIG)), unavailable());

            assertEquals(List.of("groq/1"), places(journey));
            assertEquals("groq/2", place(pool.attempt(journey)));
        }

        @Test
        void another_kind_of_trouble_begins_at_its_own_first_pause() {
            var pool = new Pool(provider(GROQ, "a"));
            for (int i = 0; i < 6; i++) {
                pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofSeconds(2)));
                pool.pass(Duration.ofSeconds(2));
            }

            pool.failed(pool.attempt(groqs(BIG)), new Failure.ModelUnavailable(NO));

            assertEquals(
                    new Choice.NoneReady(pool.now.plus(Duration.ofMinutes(10)), null),
                    pool.choose(pool.journey(groqs(BIG))));
        }
    }

    @Nested
    class Forgetting {

        @Test
        void a_flood_of_model_names_does_not_push_out_what_is_known_of_default_models() {
            var pool = new Pool(provider(GROQ, "a"));
            pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofHours(1)));

            for (int i = 0; i < 10_000; i++) {
                pool.attempt(groqs(new ModelId("invented-" + i)));
            }

            assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady);
        }

        @Test
        void of_a_flood_of_model_names_only_the_latest_are_remembered() {
            var pool = new Pool(provider(GROQ, "a"));

            for (int i = 0; i < 10_000; i++) {
                pool.failed(pool.attempt(groqs(new ModelId("invented-" + i))), new Failure.ModelUnavailable(NO));
            }

            var models = pool.wheel
                    .status(pool.now)
                    .providers()
                    .getFirst()
                    .keys()
                    .getFirst()
                    .models();
            assertTrue(models.size() <= 1024, () -> models.size() + " models");
            assertEquals(new ModelId("invented-9999"), models.getLast().model());
        }
    }

    private static Instant readyAt(Pool pool) {
        return pool.wheel.shortage(groqs(BIG), pool.now).readyAt();
    }
}
