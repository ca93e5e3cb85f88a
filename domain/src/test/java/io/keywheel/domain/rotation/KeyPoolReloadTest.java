package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.key;
import static io.keywheel.domain.rotation.TestPool.keys;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Keys that join and stay, and what is still known of those that stay.
class KeyPoolReloadTest {

    private final TestPool testPool = new TestPool(keys(GROQ, "a", "b"));

    private List<String> turns(int requests) {
        return Stream.generate(() -> testPool.keyFor(anyModel()))
                .limit(requests)
                .toList();
    }

    @Test
    void a_key_that_joins_has_its_turn_after_those_that_are_there() {
        assertEquals("a", testPool.keyFor(anyModel()));

        testPool.becomes(keys(GROQ, "c", "a", "b"));

        assertEquals(List.of("b", "a", "c", "b"), turns(4));
    }

    @Test
    void a_key_that_has_left_is_asked_no_more() {
        testPool.becomes(keys(GROQ, "b"));

        assertEquals(List.of("b", "b"), turns(2));
    }

    @Test
    void a_key_that_stays_goes_on_cooling_wherever_it_stands_now() {
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));

        testPool.becomes(keys(GROQ, "c", "b", "a"));

        assertEquals(List.of("b", "c", "b", "c"), turns(4));
        testPool.pass(A_MINUTE);
        assertEquals("a", testPool.keyFor(anyModel()));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1M", "PT1M, PT0S"})
    void a_key_is_next_whether_its_rest_ended_before_or_since(Duration before, Duration since) {
        assertEquals("a", testPool.keyFor(anyModel()));
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));

        testPool.pass(before);
        testPool.becomes(keys(GROQ, "a", "b"));
        testPool.pass(since);

        assertEquals("b", testPool.keyFor(anyModel()));
    }

    @Test
    void a_retired_key_gets_another_chance_from_one_request() {
        testPool.failed(testPool.attempt(anyModel()), new Failure.KeyRefused("no"));
        assertEquals(List.of("b", "b"), turns(2));

        testPool.becomes(keys(GROQ, "a"));

        Step.Attempt trial = testPool.attempt(anyModel());
        assertEquals("a", key(trial));
        assertInstanceOf(
                KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())), "the others wait");
        testPool.failed(trial, new Failure.KeyRefused("no"));
        assertEquals(testPool.now.plus(Duration.ofHours(2)), testPool.readyAt(anyModel()), "it has come back");
    }

    @Test
    void what_became_of_an_attempt_is_known_of_its_key_though_its_place_is_another() {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.becomes(keys(GROQ, "b", "a"));

        List<PoolEvent> poolEvents = testPool.failed(before, new Failure.KeyRefused("no"));

        assertEquals(
                "[groq/2]",
                poolEvents.stream().map(KeyPoolReloadTest::scope).toList().toString());
        assertEquals(List.of("b", "b"), turns(2));
    }

    private static String scope(PoolEvent poolEvent) {
        return poolEvent instanceof PoolEvent.CooldownStarted(var scope, var _, var _)
                ? scope.toString()
                : poolEvent.toString();
    }

    @Test
    void a_provider_that_has_answered_a_later_attempt_is_not_in_trouble() {
        Step.Attempt failing = testPool.attempt(anyModel());
        testPool.pass(Duration.ofMillis(1));
        turns(1);

        testPool.becomes(keys(GROQ, "a", "b"));

        assertEquals(List.of(), testPool.failed(failing, unavailable()));
    }

    @Test
    void a_key_that_joins_is_asked_though_the_clock_is_set_back() {
        testPool.becomes(keys(GROQ, "c"));
        testPool.now = testPool.now.minusSeconds(5);

        RequestAttempts requestAttempts = testPool.journey(anyModel());
        Step.Attempt attempt = testPool.attempt(requestAttempts);

        assertTrue(testPool.keyPool.isOpen(attempt, requestAttempts));
        testPool.failed(attempt, limited(A_MINUTE));
        assertEquals(testPool.now.plus(A_MINUTE), testPool.readyAt(anyModel()), "what became of it is known");
    }

    @Test
    void no_key_is_asked_twice_for_one_request_though_the_places_have_changed() {
        RequestAttempts requestAttempts = testPool.failing(testPool.journey(groqs(BIG)), TestPool.empty());
        testPool.becomes(keys(GROQ, "b", "a", "c"));

        requestAttempts = testPool.failing(requestAttempts, TestPool.empty());
        requestAttempts = testPool.failing(requestAttempts, TestPool.empty());

        assertEquals(
                List.of("a", "b", "c"),
                requestAttempts.failed().stream()
                        .map(attempt -> attempt.target().key().fingerprint())
                        .toList());
        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(requestAttempts));
    }

    @Test
    void a_trail_names_the_place_that_a_key_had_when_it_was_asked() {
        RequestAttempts requestAttempts = testPool.failing(testPool.journey(groqs(BIG)), TestPool.empty());
        testPool.becomes(keys(GROQ, "c", "b"));

        requestAttempts = testPool.failing(requestAttempts, TestPool.empty());

        assertEquals(List.of("groq/1", "groq/2"), TestPool.places(requestAttempts));
    }

    private static Stream<Failure> troubles() {
        return Stream.of(new Failure.Unavailable("down", A_MINUTE), new Failure.Overloaded("busy", A_MINUTE));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void a_provider_that_stays_goes_on_cooling_though_its_keys_are_others(Failure trouble) {
        testPool.failed(testPool.attempt(anyModel()), trouble);

        testPool.becomes(keys(GROQ, "c"));

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(anyModel())));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void a_provider_that_is_another_by_the_old_name_starts_afresh(Failure trouble) {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.failed(testPool.attempt(anyModel()), trouble);

        testPool.becomes(GROQ, keys(GROQ, "a", "b"));

        assertEquals(List.of(), testPool.failed(before, trouble), "it was asked of the other one");
        assertEquals(List.of("a", "b"), turns(2));
    }

    @Test
    void what_is_known_of_a_model_stays_known_when_another_becomes_the_default() {
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(A_MINUTE));

        testPool.becomes(keys(GROQ, SMALL, "a", "b"));

        assertEquals("b", testPool.keyFor(anyModel()), "a rests for the new one");
        assertEquals("b", testPool.keyFor(anyModel()));
        assertEquals("b", testPool.keyFor(groqs(BIG)), "a rests for the old one");
    }

    @Test
    void what_is_left_of_a_limit_is_still_known() {
        var left = new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests", 10L, 0, A_MINUTE)));
        testPool.keyPool.answered(testPool.attempt(anyModel()), left, testPool.now);

        testPool.becomes(keys(GROQ, "b", "a"));

        assertEquals(List.of("b", "b"), turns(2));
    }

    @Test
    void a_key_keeps_its_tally() {
        turns(3);

        testPool.becomes(keys(GROQ, "c", "b", "a"));

        assertEquals(
                List.of(0L, 1L, 2L),
                testPool.keyPool.overview(testPool.now).providers().getFirst().keys().stream()
                        .map(status -> status.tally().attempts())
                        .toList());
    }

    @Test
    void providers_take_turns_in_their_new_order() {
        testPool.becomes(keys(CEREBRAS, "x"), keys(GROQ, "a", "b"));

        assertEquals(List.of("x", "a", "x", "b"), turns(4));

        testPool.becomes(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));

        assertEquals(List.of("a", "x"), turns(2));
    }

    @Test
    void providers_go_on_taking_turns_where_their_order_stays() {
        testPool.becomes(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));
        assertEquals("a", testPool.keyFor(anyModel()));

        testPool.becomes(keys(GROQ, "b"), keys(CEREBRAS, "x"));

        assertEquals(List.of("x", "b"), turns(2));
    }
}
