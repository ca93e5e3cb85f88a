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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys that are added and kept, and what is still known of those that are kept.
class KeyPoolReloadTest {

    private final TestPool testPool = new TestPool(keys(GROQ, "a", "b"));

    @Test
    void new_key_has_its_turn_after_those_that_were_there() {
        assertEquals("a", testPool.keyFor(anyModel()));

        testPool.reload(keys(GROQ, "c", "a", "b"));

        RequestAttempts failing = testPool.failing(testPool.request(anyModel()), TestPool.empty());
        assertEquals("a", TestPool.key(testPool.attempt(failing)), "of fallbacks, too");
        assertEquals(List.of("a", "c", "b", "a"), testPool.keysFor(anyModel(), 4));
    }

    @Test
    void kept_key_goes_on_cooling_at_its_new_place() {
        testPool.fail(anyModel(), limited(A_MINUTE));

        testPool.reload(keys(GROQ, "c", "b", "a"));

        assertEquals(List.of("b", "c", "b", "c"), testPool.keysFor(anyModel(), 4));
        testPool.pass(A_MINUTE);
        assertEquals("a", testPool.keyFor(anyModel()));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1M", "PT1M, PT0S"})
    void key_is_next_whether_its_cooldown_ended_before_or_since(Duration before, Duration since) {
        assertEquals("a", testPool.keyFor(anyModel()));
        testPool.fail(anyModel(), limited(A_MINUTE));

        testPool.pass(before);
        testPool.reload(keys(GROQ, "a", "b"));
        testPool.pass(since);

        assertEquals("b", testPool.keyFor(anyModel()));
    }

    @Test
    void retired_key_is_probed_by_one_request() {
        testPool.fail(anyModel(), new Failure.KeyRefused("no"));

        testPool.reload(keys(GROQ, "a"));

        Step.Attempt probe = testPool.attempt(anyModel());
        assertFalse(testPool.isReady(anyModel()), "one probe at a time");
        testPool.failed(probe, new Failure.KeyRefused("no"));
        assertEquals(testPool.now.plus(Duration.ofHours(2)), testPool.readyAt(anyModel()), "it has come back");
    }

    @Test
    void attempt_from_before_is_reported_for_its_key_at_its_new_place() {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.reload(keys(GROQ, "b", "a"));

        PoolEvent event = testPool.failed(before, new Failure.KeyRefused("no")).getFirst();

        assertEquals(
                new Scope.OfKey(new KeySlot(GROQ, 2)),
                assertInstanceOf(PoolEvent.CooldownStarted.class, event).scope());
        assertEquals(List.of("b", "b"), testPool.keysFor(anyModel(), 2));
    }

    @Test
    void provider_that_has_answered_a_later_attempt_is_not_failing() {
        Step.Attempt failing = testPool.attempt(anyModel());
        testPool.pass(Duration.ofMillis(1));
        testPool.keyFor(anyModel());

        testPool.reload(keys(GROQ, "a", "b"));

        assertEquals(List.of(), testPool.failed(failing, unavailable()));
    }

    @Test
    void new_key_is_asked_though_the_clock_is_set_back() {
        testPool.reload(keys(GROQ, "c"));
        testPool.now = testPool.now.minusSeconds(5);

        RequestAttempts requestAttempts = testPool.request(anyModel());
        Step.Attempt attempt = testPool.attempt(requestAttempts);

        assertTrue(testPool.keyPool.isOpen(attempt, requestAttempts));
        testPool.failed(attempt, limited(A_MINUTE));
        assertEquals(testPool.now.plus(A_MINUTE), testPool.readyAt(anyModel()), "its report counts");
    }

    @Test
    void request_asks_no_key_twice_and_its_trail_names_the_places_of_then() {
        RequestAttempts requestAttempts = testPool.failing(testPool.request(groqs(BIG)), TestPool.empty());
        testPool.reload(keys(GROQ, "b", "a", "c"));

        requestAttempts = testPool.failing(requestAttempts, TestPool.empty());
        requestAttempts = testPool.failing(requestAttempts, TestPool.empty());

        assertEquals(List.of("groq/1", "groq/1", "groq/3"), TestPool.slots(requestAttempts));
        assertEquals(new KeySelection.NoneReady(null, null), testPool.choose(requestAttempts));
    }

    private static List<Failure> outages() {
        return List.of(new Failure.Unavailable("down", A_MINUTE), new Failure.Overloaded("busy", A_MINUTE));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void kept_provider_goes_on_cooling_with_other_keys(Failure outage) {
        testPool.fail(anyModel(), outage);

        testPool.reload(keys(GROQ, "c"));

        assertFalse(testPool.isReady(anyModel()));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void another_provider_of_the_same_name_starts_afresh(Failure outage) {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.fail(anyModel(), outage);

        testPool.reload(GROQ, keys(GROQ, "a", "b"));

        assertEquals(List.of(), testPool.failed(before, outage), "the attempt was at the other one");
        assertEquals(List.of("a", "b"), testPool.keysFor(anyModel(), 2));
    }

    @Test
    void models_go_on_cooling_when_another_becomes_the_default() {
        testPool.fail(anyModel(), limited(A_MINUTE));
        testPool.fail(groqs(SMALL), limited(A_MINUTE));

        testPool.reload(keys(GROQ, SMALL, "a", "b"));

        assertEquals(List.of("b", "b"), testPool.keysFor(anyModel(), 2));
        assertEquals("b", testPool.keyFor(groqs(BIG)));
    }

    @ParameterizedTest(name = "the same provider: {0}")
    @ValueSource(booleans = {false, true})
    void rest_of_a_limit_is_known_of_the_same_provider_and_of_no_other(boolean same) {
        var spent = new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests", 10L, 0, A_MINUTE)));
        testPool.answered(testPool.attempt(anyModel()), spent);

        if (same) {
            testPool.reload(keys(GROQ, "b", "a"));
        } else {
            testPool.reload(GROQ, keys(GROQ, "b", "a"));
        }

        assertEquals(List.of("b", same ? "b" : "a"), testPool.keysFor(anyModel(), 2));
    }

    @Test
    void kept_keys_keep_their_counts() {
        testPool.keysFor(anyModel(), 3);

        testPool.reload(keys(GROQ, "c", "b", "a"));

        assertEquals(
                List.of(0L, 1L, 2L),
                testPool.shown().stream().map(key -> key.tally().attempts()).toList());
    }

    @Test
    void providers_take_turns_in_a_new_order_from_the_first_on() {
        testPool.reload(keys(CEREBRAS, "x"), keys(GROQ, "a", "b"));
        assertEquals(List.of("x", "a", "x", "b"), testPool.keysFor(anyModel(), 4));

        testPool.reload(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));
        assertEquals("a", testPool.keyFor(anyModel()));

        testPool.reload(keys(GROQ, "b"), keys(CEREBRAS, "x"));
        assertEquals(List.of("x", "b"), testPool.keysFor(anyModel(), 2), "the order stays, and so do the turns");
    }
}
