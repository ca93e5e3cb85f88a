package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.key;
import static io.keywheel.domain.health.Pool.keys;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Keys that join and stay, and what is still known of those that stay.
class NextWheelTest {

    private final Pool pool = new Pool(keys(GROQ, "a", "b"));

    private List<String> turns(int requests) {
        return Stream.generate(() -> pool.keyFor(anyModel())).limit(requests).toList();
    }

    @Test
    void a_key_that_joins_has_its_turn_after_those_that_are_there() {
        assertEquals("a", pool.keyFor(anyModel()));

        pool.becomes(keys(GROQ, "c", "a", "b"));

        assertEquals(List.of("b", "a", "c", "b"), turns(4));
    }

    @Test
    void a_key_that_has_left_is_asked_no_more() {
        pool.becomes(keys(GROQ, "b"));

        assertEquals(List.of("b", "b"), turns(2));
    }

    @Test
    void a_key_that_stays_goes_on_resting_wherever_it_stands_now() {
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));

        pool.becomes(keys(GROQ, "c", "b", "a"));

        assertEquals(List.of("b", "c", "b", "c"), turns(4));
        pool.pass(A_MINUTE);
        assertEquals("a", pool.keyFor(anyModel()));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1M", "PT1M, PT0S"})
    void a_key_is_next_whether_its_rest_ended_before_or_since(Duration before, Duration since) {
        assertEquals("a", pool.keyFor(anyModel()));
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));

        pool.pass(before);
        pool.becomes(keys(GROQ, "a", "b"));
        pool.pass(since);

        assertEquals("b", pool.keyFor(anyModel()));
    }

    @Test
    void a_retired_key_gets_another_chance_from_one_request() {
        pool.failed(pool.attempt(anyModel()), new Failure.KeyRefused("no"));
        assertEquals(List.of("b", "b"), turns(2));

        pool.becomes(keys(GROQ, "a"));

        Step.Attempt trial = pool.attempt(anyModel());
        assertEquals("a", key(trial));
        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())), "the others wait");
        pool.failed(trial, new Failure.KeyRefused("no"));
        assertEquals(pool.now.plus(Duration.ofHours(2)), pool.readyAt(anyModel()), "it has come back");
    }

    @Test
    void what_became_of_an_attempt_is_known_of_its_key_though_its_place_is_another() {
        Step.Attempt before = pool.attempt(anyModel());
        pool.becomes(keys(GROQ, "b", "a"));

        List<Change> changes = pool.failed(before, new Failure.KeyRefused("no"));

        assertEquals(
                "[groq/2]", changes.stream().map(NextWheelTest::scope).toList().toString());
        assertEquals(List.of("b", "b"), turns(2));
    }

    private static String scope(Change change) {
        return change instanceof Change.Rested(var scope, var _, var _) ? scope.toString() : change.toString();
    }

    @Test
    void a_provider_that_has_answered_a_later_attempt_is_not_in_trouble() {
        Step.Attempt failing = pool.attempt(anyModel());
        pool.pass(Duration.ofMillis(1));
        turns(1);

        pool.becomes(keys(GROQ, "a", "b"));

        assertEquals(List.of(), pool.failed(failing, unavailable()));
    }

    @Test
    void a_key_that_joins_is_asked_though_the_clock_is_set_back() {
        pool.becomes(keys(GROQ, "c"));
        pool.now = pool.now.minusSeconds(5);

        Journey journey = pool.journey(anyModel());
        Step.Attempt attempt = pool.attempt(journey);

        assertTrue(pool.wheel.isOpen(attempt, journey));
        pool.failed(attempt, limited(A_MINUTE));
        assertEquals(pool.now.plus(A_MINUTE), pool.readyAt(anyModel()), "what became of it is known");
    }

    @Test
    void no_key_is_asked_twice_for_one_request_though_the_places_have_changed() {
        Journey journey = pool.failing(pool.journey(groqs(BIG)), Pool.empty());
        pool.becomes(keys(GROQ, "b", "a", "c"));

        journey = pool.failing(journey, Pool.empty());
        journey = pool.failing(journey, Pool.empty());

        assertEquals(
                List.of("a", "b", "c"),
                journey.failed().stream()
                        .map(attempt -> attempt.target().key().fingerprint())
                        .toList());
        assertInstanceOf(Choice.NoneReady.class, pool.choose(journey));
    }

    @Test
    void a_trail_names_the_place_that_a_key_had_when_it_was_asked() {
        Journey journey = pool.failing(pool.journey(groqs(BIG)), Pool.empty());
        pool.becomes(keys(GROQ, "c", "b"));

        journey = pool.failing(journey, Pool.empty());

        assertEquals(List.of("groq/1", "groq/2"), Pool.places(journey));
    }

    private static Stream<Failure> troubles() {
        return Stream.of(new Failure.Unavailable("down", A_MINUTE), new Failure.Overloaded("busy", A_MINUTE));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void a_provider_that_stays_goes_on_resting_though_its_keys_are_others(Failure trouble) {
        pool.failed(pool.attempt(anyModel()), trouble);

        pool.becomes(keys(GROQ, "c"));

        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(anyModel())));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void a_provider_that_is_another_by_the_old_name_starts_afresh(Failure trouble) {
        Step.Attempt before = pool.attempt(anyModel());
        pool.failed(pool.attempt(anyModel()), trouble);

        pool.becomes(GROQ, keys(GROQ, "a", "b"));

        assertEquals(List.of(), pool.failed(before, trouble), "it was asked of the other one");
        assertEquals(List.of("a", "b"), turns(2));
    }

    @Test
    void what_is_known_of_a_model_stays_known_when_another_becomes_the_default() {
        pool.failed(pool.attempt(anyModel()), limited(A_MINUTE));
        pool.failed(pool.attempt(groqs(SMALL)), limited(A_MINUTE));

        pool.becomes(keys(GROQ, SMALL, "a", "b"));

        assertEquals("b", pool.keyFor(anyModel()), "a rests for the new one");
        assertEquals("b", pool.keyFor(anyModel()));
        assertEquals("b", pool.keyFor(groqs(BIG)), "a rests for the old one");
    }

    @Test
    void what_is_left_of_a_limit_is_still_known() {
        var left = new Allowance(List.of(new Allowance.Bucket("requests", 10L, 0, A_MINUTE)));
        pool.wheel.answered(pool.attempt(anyModel()), left, pool.now);

        pool.becomes(keys(GROQ, "b", "a"));

        assertEquals(List.of("b", "b"), turns(2));
    }

    @Test
    void a_key_keeps_its_tally() {
        turns(3);

        pool.becomes(keys(GROQ, "c", "b", "a"));

        assertEquals(
                List.of(0L, 1L, 2L),
                pool.wheel.overview(pool.now).providers().getFirst().keys().stream()
                        .map(status -> status.tally().attempts())
                        .toList());
    }

    @Test
    void providers_take_turns_in_their_new_order() {
        pool.becomes(keys(CEREBRAS, "x"), keys(GROQ, "a", "b"));

        assertEquals(List.of("x", "a", "x", "b"), turns(4));

        pool.becomes(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));

        assertEquals(List.of("a", "x"), turns(2));
    }

    @Test
    void providers_go_on_taking_turns_where_their_order_stays() {
        pool.becomes(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));
        assertEquals("a", pool.keyFor(anyModel()));

        pool.becomes(keys(GROQ, "b"), keys(CEREBRAS, "x"));

        assertEquals(List.of("x", "b"), turns(2));
    }
}
