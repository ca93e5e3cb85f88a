package io.keywheel.domain.health;

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
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Shortage.RestingKey;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.Known;
import io.keywheel.domain.health.PoolStatus.Phase;
import io.keywheel.domain.health.PoolStatus.Tally;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SurveyTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @Test
    void names_the_keys_out_of_turn_and_the_moment_the_first_is_ready() {
        var keys = provider(GROQ, "a", "b").keys();
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofSeconds(9)));

        var shortage = pool.shortage(groqs(BIG));

        assertEquals(pool.now.plusSeconds(9), shortage.readyAt());
        assertEquals(
                List.of(
                        new RestingKey(keys.get(0), Failure.Kind.RATE_LIMITED, false, pool.now.plusSeconds(60)),
                        new RestingKey(keys.get(1), Failure.Kind.RATE_LIMITED, false, pool.now.plusSeconds(9))),
                shortage.resting());
    }

    @Test
    void promises_no_key_earlier_than_the_rest_of_its_provider_is_over() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        var late = pool.attempt(groqs(BIG));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofMillis(100)));
        pool.failed(late, unavailable());

        assertEquals(pool.now.plusMillis(500), pool.shortage(groqs(BIG)).readyAt());
    }

    @Test
    void promises_no_key_of_a_provider_that_has_refused_the_request() {
        var pool = new Pool(provider(GROQ, "a"), provider(CEREBRAS, "x"));
        var small = pool.attempt(anyModel());
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));

        Journey large = pool.journey(anyModel()).failedAt(small.failed(new Failure.TooLarge(NO)));

        assertEquals(
                pool.now.plus(A_MINUTE), pool.wheel.shortage(large, pool.now).readyAt());
    }

    @Test
    void promises_a_key_at_once_when_one_is_ready_all_the_same() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.failed(pool.attempt(groqs(BIG)), empty());

        assertEquals(pool.now, pool.shortage(groqs(BIG)).readyAt());
    }

    @Test
    void shows_every_key_with_its_standing_and_what_it_has_been_through() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.answered(pool.attempt(groqs(BIG)));

        List<KeyStatus> keys =
                pool.wheel.status(pool.now).providers().getFirst().keys();

        assertEquals(
                new Standing.Cooling(Failure.Kind.RATE_LIMITED, false, pool.now, pool.now.plus(A_MINUTE)),
                keys.get(0).standing());
        assertEquals(
                new Tally(1, Map.of(Failure.Kind.RATE_LIMITED, 1L), pool.now),
                keys.get(0).tally());
        assertEquals(new Standing.Ready(), keys.get(1).standing());
        assertEquals(new Tally(1, Map.of(), pool.now), keys.get(1).tally());
    }

    @Test
    void shows_a_refused_key_as_retired() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), new Failure.KeyRefused("invalid"));

        assertEquals(
                new Standing.Retired(pool.now, pool.now.plus(Duration.ofHours(1))),
                onlyKey(pool).standing());
    }

    @Test
    void shows_a_key_on_trial() {
        var pool = new Pool(provider(GROQ, "a"));
        var since = pool.now;
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.pass(A_MINUTE);
        pool.attempt(groqs(BIG));

        assertEquals(
                new Standing.OnTrial(Failure.Kind.RATE_LIMITED, since),
                onlyKey(pool).standing());
    }

    @Test
    void shows_a_model_where_the_key_stands_otherwise() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(SMALL)), limited(A_MINUTE));

        assertEquals(new Standing.Ready(), onlyKey(pool).standing());
        assertEquals(SMALL, onlyKey(pool).models().getFirst().model());
    }

    @Test
    void shows_what_is_left_where_the_provider_told() {
        var pool = new Pool(provider(GROQ, "a"));
        var allowance = Allowances.spentFor(A_MINUTE);
        pool.wheel.answered(pool.attempt(groqs(BIG)), allowance, pool.now);

        var model = onlyKey(pool).models().getFirst();
        assertEquals(allowance, model.allowance());
        assertEquals(pool.now, model.toldAt());
    }

    @Test
    void a_key_that_can_take_a_small_request_is_ready_whatever_a_large_one_is_told() {
        var pool = new Pool(provider(GROQ, "a"));
        Journey large = Journey.begin(groqs(BIG), pool.terms(), 5000);
        pool.wheel.answered(pool.attempt(large), Allowances.tokensLeft(3000, A_MINUTE), pool.now);

        assertEquals(1, pool.wheel.shortage(large, pool.now).resting().size());
        assertEquals(new Standing.Ready(), onlyKey(pool).standing());
    }

    @Test
    void tells_a_rest_before_the_limit_from_one_after_it() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.wheel.answered(pool.attempt(groqs(BIG)), Allowances.spentFor(A_MINUTE), pool.now);
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

        var foreseen = pool.wheel.status(pool.now).providers().getFirst().keys().stream()
                .map(key -> ((Standing.Cooling) key.standing()).foreseen());
        var known = pool.wheel.status(pool.now).providers().getFirst().keys().stream()
                .map(key -> key.known().getFirst().foreseen());

        assertEquals(List.of(true, false), foreseen.toList());
        assertEquals(List.of(true, false), known.toList());
    }

    @Test
    void of_too_little_left_and_a_provider_in_trouble_the_one_that_lasts_longer_is_shown() {
        for (Duration trouble : List.of(Duration.ofSeconds(10), Duration.ofMinutes(5))) {
            var pool = new Pool(provider(GROQ, "a", "b"));
            var other = pool.attempt(groqs(BIG));
            pool.wheel.answered(pool.attempt(groqs(BIG)), Allowances.spentFor(A_MINUTE), pool.now);
            pool.failed(other, new Failure.Unavailable("maintenance", trouble));

            Duration longer = trouble.compareTo(A_MINUTE) > 0 ? trouble : A_MINUTE;
            var shown = (Standing.Cooling) pool.wheel
                    .status(pool.now)
                    .providers()
                    .getFirst()
                    .keys()
                    .getLast()
                    .standing();
            assertEquals(pool.now.plus(longer), shown.until());
        }
    }

    @Test
    void shows_a_key_with_as_many_calls_pending_as_may_be() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.answered(pool.attempt(groqs(BIG)));
        assertEquals(List.of(), onlyKey(pool).models());

        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.pass(A_MINUTE);
        pool.attempt(groqs(BIG));

        var model = onlyKey(pool).models().getFirst();
        assertEquals(1, model.pending());
        assertEquals(pool.now.plusSeconds(1), model.fullUntil());
    }

    @Test
    void leaves_single_models_out_of_the_overview() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(SMALL)), limited(A_MINUTE));

        KeyStatus key =
                pool.wheel.overview(pool.now).providers().getFirst().keys().getFirst();

        assertEquals(onlyKey(pool).standing(), key.standing());
        assertEquals(List.of(), key.models());
    }

    @Test
    void remembers_the_last_use_though_attempts_end_in_another_order() {
        var pool = new Pool(provider(GROQ, "a"));
        var first = pool.attempt(groqs(BIG));
        pool.pass(A_MINUTE);
        var second = pool.attempt(groqs(BIG));

        pool.answered(second);
        pool.answered(first);

        assertEquals(second.startedAt(), onlyKey(pool).tally().lastUse());
    }

    @Test
    void names_the_provider_whose_turn_is_next() {
        var pool = new Pool(provider(GROQ, "a"), provider(CEREBRAS, "b"));

        assertEquals(GROQ, pool.wheel.status(pool.now).current());
        pool.answeredBy(anyModel());
        assertEquals(CEREBRAS, pool.wheel.status(pool.now).current());
        pool.failed(pool.attempt(anyModel()), unavailable());
        pool.answeredBy(anyModel());
        assertEquals(GROQ, pool.wheel.status(pool.now).current());
    }

    @Test
    void tells_which_providers_can_answer() {
        var pool = new Pool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        pool.failed(pool.attempt(anyModel()), unavailable());

        var providers = pool.wheel.status(pool.now).providers();

        assertFalse(providers.get(0).canAnswer());
        assertTrue(providers.get(1).canAnswer());
    }

    @Test
    void tells_what_is_known_at_each_scope_until_it_is_disproved() {
        var pool = new Pool(provider(GROQ, "a"));
        var since = pool.now;
        pool.failed(pool.attempt(groqs(SMALL)), limited(A_MINUTE));
        pool.failed(pool.attempt(groqs(BIG)), unavailable());

        var ofGroup = new Scope.OfGroupModel(new QuotaGroup(GROQ, "a"), SMALL);
        var ofProvider = new Scope.OfProvider(GROQ);
        assertEquals(
                List.of(
                        new Known(
                                ofProvider,
                                Failure.Kind.UNAVAILABLE,
                                false,
                                since,
                                since.plusMillis(500),
                                Phase.COOLING),
                        new Known(
                                ofGroup, Failure.Kind.RATE_LIMITED, false, since, since.plus(A_MINUTE), Phase.COOLING)),
                onlyKey(pool).known());

        pool.pass(A_MINUTE);
        pool.answered(pool.attempt(groqs(BIG)));
        assertEquals(
                List.of(new Known(
                        ofGroup, Failure.Kind.RATE_LIMITED, false, since, since.plus(A_MINUTE), Phase.TO_BE_TRIED)),
                onlyKey(pool).known());

        pool.attempt(groqs(SMALL));
        assertEquals(Phase.ON_TRIAL, onlyKey(pool).known().getFirst().phase());
    }

    private static KeyStatus onlyKey(Pool pool) {
        return pool.wheel.status(pool.now).providers().getFirst().keys().getFirst();
    }
}
