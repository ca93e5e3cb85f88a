package io.keywheel.domain.rotation;

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

/// State of the key pool after a reload that adds and keeps keys.
class KeyPoolReloadTest extends PoolFixture {

    private final TestPool testPool = new TestPool(keys(GROQ, "a", "b"));

    @Test
    void new_key_starts_at_the_end_of_the_queue() {
        assertEquals("a", testPool.keyFor(anyModel()));

        testPool.reload(keys(GROQ, "c", "a", "b"));

        RequestAttempts failing = testPool.failing(testPool.request(anyModel()), empty());
        assertEquals("a", key(testPool.attempt(failing)), "of fallbacks, too");
        assertEquals(List.of("a", "c", "b", "a"), testPool.keysFor(anyModel(), 4));
    }

    @Test
    void kept_key_keeps_its_cooldown_at_its_new_position() {
        testPool.fail(anyModel(), limited(A_MINUTE));

        testPool.reload(keys(GROQ, "c", "b", "a"));

        assertEquals(List.of("b", "c", "b", "c"), testPool.keysFor(anyModel(), 4));
        testPool.pass(A_MINUTE);
        assertEquals("a", testPool.keyFor(anyModel()));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1M", "PT1M, PT0S"})
    void key_after_its_cooldown_is_next_also_across_a_reload(Duration before, Duration since) {
        assertEquals("a", testPool.keyFor(anyModel()));
        testPool.fail(anyModel(), limited(A_MINUTE));

        testPool.pass(before);
        testPool.reload(keys(GROQ, "a", "b"));
        testPool.pass(since);

        assertEquals("b", testPool.keyFor(anyModel()));
    }

    @Test
    void single_request_probes_a_retired_key_after_a_reload() {
        testPool.fail(anyModel(), new Failure.KeyRefused("no"));

        testPool.reload(keys(GROQ, "a"));

        Step.Attempt probe = testPool.attempt(anyModel());
        assertFalse(testPool.isReady(anyModel()), "one probe at a time");
        testPool.failed(probe, new Failure.KeyRefused("no"));
        assertEquals(testPool.now.plus(Duration.ofHours(2)), testPool.readyAt(anyModel()), "it has come back");
    }

    @Test
    void report_of_an_earlier_attempt_counts_for_the_key_at_its_new_position() {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.reload(keys(GROQ, "b", "a"));

        PoolEvent event = testPool.failed(before, new Failure.KeyRefused("no")).getFirst();

        assertEquals(
                new Scope.OfKey(new KeySlot(GROQ, 2)),
                assertInstanceOf(PoolEvent.CooldownStarted.class, event).scope());
        assertEquals(List.of("b", "b"), testPool.keysFor(anyModel(), 2));
    }

    @Test
    void late_failure_is_ignored_after_an_answer_to_a_later_attempt() {
        Step.Attempt failing = testPool.attempt(anyModel());
        testPool.pass(Duration.ofMillis(1));
        testPool.keyFor(anyModel());

        testPool.reload(keys(GROQ, "a", "b"));

        assertEquals(List.of(), testPool.failed(failing, unavailable()));
    }

    @Test
    void new_key_is_used_after_the_clock_steps_back() {
        testPool.reload(keys(GROQ, "c"));
        testPool.now = testPool.now.minusSeconds(5);

        RequestAttempts requestAttempts = testPool.request(anyModel());
        Step.Attempt attempt = testPool.attempt(requestAttempts);

        assertTrue(testPool.isOpen(attempt, requestAttempts));
        testPool.failed(attempt, limited(A_MINUTE));
        assertEquals(testPool.now.plus(A_MINUTE), testPool.readyAt(anyModel()), "its report counts");
    }

    @Test
    void request_tries_no_key_twice_across_reloads_and_keeps_the_original_slots() {
        RequestAttempts requestAttempts = testPool.failing(testPool.request(groqs(BIG)), empty());
        testPool.reload(keys(GROQ, "b", "a", "c"));

        requestAttempts = testPool.failing(requestAttempts, empty());
        requestAttempts = testPool.failing(requestAttempts, empty());

        assertEquals(List.of("groq/1", "groq/1", "groq/3"), slots(requestAttempts));
        assertEquals(new KeySelection.NoneReady(null, null), testPool.choose(requestAttempts));
    }

    private static List<Failure> outages() {
        return List.of(new Failure.Unavailable("down", A_MINUTE), new Failure.Overloaded("busy", A_MINUTE));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void kept_provider_keeps_its_cooldown_with_other_keys(Failure outage) {
        testPool.fail(anyModel(), outage);

        testPool.reload(keys(GROQ, "c"));

        assertFalse(testPool.isReady(anyModel()));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void replaced_provider_starts_without_cooldowns(Failure outage) {
        Step.Attempt before = testPool.attempt(anyModel());
        testPool.fail(anyModel(), outage);

        testPool.reload(GROQ, keys(GROQ, "a", "b"));

        assertEquals(List.of(), testPool.failed(before, outage), "the attempt was at the other one");
        assertEquals(List.of("a", "b"), testPool.keysFor(anyModel(), 2));
    }

    @Test
    void model_cooldowns_survive_a_change_of_the_default_model() {
        testPool.fail(anyModel(), limited(A_MINUTE));
        testPool.fail(groqs(SMALL), limited(A_MINUTE));

        testPool.reload(keys(GROQ, SMALL, "a", "b"));

        assertEquals(List.of("b", "b"), testPool.keysFor(anyModel(), 2));
        assertEquals("b", testPool.keyFor(groqs(BIG)));
    }

    @ParameterizedTest(name = "the same provider: {0}")
    @ValueSource(booleans = {false, true})
    void remaining_quota_survives_a_reload_unless_the_provider_is_replaced(boolean same) {
        var spent = reported(new RateLimitStatus.Bucket("requests", 10L, 0, A_MINUTE));
        testPool.answered(testPool.attempt(anyModel()), spent);

        if (same) {
            testPool.reload(keys(GROQ, "b", "a"));
        } else {
            testPool.reload(GROQ, keys(GROQ, "b", "a"));
        }

        assertEquals(List.of("b", same ? "b" : "a"), testPool.keysFor(anyModel(), 2));
    }

    @Test
    void kept_keys_keep_their_attempt_counts() {
        testPool.keysFor(anyModel(), 3);

        testPool.reload(keys(GROQ, "c", "b", "a"));

        assertEquals(
                List.of(0L, 1L, 2L),
                testPool.shown().stream().map(key -> key.tally().attempts()).toList());
    }

    @Test
    void provider_turns_restart_only_when_the_order_changes() {
        testPool.reload(keys(CEREBRAS, "x"), keys(GROQ, "a", "b"));
        assertEquals(List.of("x", "a", "x", "b"), testPool.keysFor(anyModel(), 4));

        testPool.reload(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));
        assertEquals("a", testPool.keyFor(anyModel()));

        testPool.reload(keys(GROQ, "b"), keys(CEREBRAS, "x"));
        assertEquals(List.of("x", "b"), testPool.keysFor(anyModel(), 2), "the order stays, and so do the turns");
    }
}
