package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
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

    private final TestPool pool = new TestPool(keys(GROQ, "a", "b"));

    @Test
    void new_key_starts_at_the_end_of_the_queue() {
        assertEquals("a", pool.keyFor(anyModel()));

        pool.reload(keys(GROQ, "c", "a", "b"));

        RequestAttempts failing = pool.failing(pool.request(anyModel()), empty());
        assertEquals("a", key(pool.attempt(failing)), "of fallbacks, too");
        assertEquals(List.of("a", "c", "b", "a"), pool.keysFor(anyModel(), 4));
    }

    @Test
    void kept_key_keeps_its_cooldown_at_its_new_position() {
        pool.fail(anyModel(), limited(A_MINUTE));

        pool.reload(keys(GROQ, "c", "b", "a"));

        assertEquals(List.of("b", "c", "b", "c"), pool.keysFor(anyModel(), 4));
        pool.pass(A_MINUTE);
        assertEquals("a", pool.keyFor(anyModel()));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1M", "PT1M, PT0S"})
    void key_after_its_cooldown_is_next_also_across_a_reload(Duration before, Duration since) {
        assertEquals("a", pool.keyFor(anyModel()));
        pool.fail(anyModel(), limited(A_MINUTE));

        pool.pass(before);
        pool.reload(keys(GROQ, "a", "b"));
        pool.pass(since);

        assertEquals("b", pool.keyFor(anyModel()));
    }

    @Test
    void single_request_probes_a_retired_key_after_a_reload() {
        pool.fail(anyModel(), new Failure.KeyRefused("no"));

        pool.reload(keys(GROQ, "a"));

        Step.Attempt probe = pool.attempt(anyModel());
        assertFalse(pool.isReady(anyModel()), "one probe at a time");
        pool.failed(probe, new Failure.KeyRefused("no"));
        assertEquals(pool.now.plus(Duration.ofHours(2)), pool.readyAt(anyModel()), "it has come back");
    }

    @Test
    void report_of_an_earlier_attempt_counts_for_the_key_at_its_new_position() {
        Step.Attempt before = pool.attempt(anyModel());
        pool.reload(keys(GROQ, "b", "a"));

        PoolEvent event = pool.failed(before, new Failure.KeyRefused("no")).getFirst();

        assertEquals(
                new Scope.OfKey(new KeySlot(GROQ, 2)),
                assertInstanceOf(PoolEvent.CooldownStarted.class, event).scope());
        assertEquals(List.of("b", "b"), pool.keysFor(anyModel(), 2));
    }

    @Test
    void late_failure_is_ignored_after_an_answer_to_a_later_attempt() {
        Step.Attempt failing = pool.attempt(anyModel());
        pool.pass(Duration.ofMillis(1));
        pool.keyFor(anyModel());

        pool.reload(keys(GROQ, "a", "b"));

        assertEquals(List.of(), pool.failed(failing, unavailable()));
    }

    @Test
    void new_key_is_used_after_the_clock_steps_back() {
        pool.reload(keys(GROQ, "c"));
        pool.now = pool.now.minusSeconds(5);

        RequestAttempts requestAttempts = pool.request(anyModel());
        Step.Attempt attempt = pool.attempt(requestAttempts);

        assertTrue(pool.isOpen(attempt, requestAttempts));
        pool.failed(attempt, limited(A_MINUTE));
        assertEquals(pool.now.plus(A_MINUTE), pool.readyAt(anyModel()), "its report counts");
    }

    @Test
    void request_tries_no_key_twice_across_reloads_and_keeps_the_original_slots() {
        RequestAttempts requestAttempts = pool.failing(pool.request(), empty());
        pool.reload(keys(GROQ, "b", "a", "c"));

        requestAttempts = pool.failing(requestAttempts, empty());
        requestAttempts = pool.failing(requestAttempts, empty());

        assertEquals(List.of("groq/1", "groq/1", "groq/3"), slots(requestAttempts));
        assertEquals(new KeySelector.NoneReady(null, null), pool.choose(requestAttempts));
    }

    private static List<Failure> outages() {
        return List.of(new Failure.Unavailable("down", A_MINUTE), new Failure.Overloaded("busy", A_MINUTE));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void kept_provider_keeps_its_cooldown_with_other_keys(Failure outage) {
        pool.fail(anyModel(), outage);

        pool.reload(keys(GROQ, "c"));

        assertFalse(pool.isReady(anyModel()));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void replaced_provider_starts_without_cooldowns(Failure outage) {
        Step.Attempt before = pool.attempt(anyModel());
        pool.fail(anyModel(), outage);

        pool.reload(GROQ, keys(GROQ, "a", "b"));

        assertEquals(List.of(), pool.failed(before, outage), "the attempt was at the other one");
        assertEquals(List.of("a", "b"), pool.keysFor(anyModel(), 2));
    }

    @ParameterizedTest(name = "after {0} more reloads")
    @ValueSource(ints = {0, 1})
    void replaced_provider_may_serve_a_request_that_the_other_one_refused(int more) {
        RequestAttempts refused = pool.failing(pool.request(anyModel()), new Failure.Unsupported(NO));

        pool.reload(GROQ, keys(GROQ, "a"));
        for (int i = 0; i < more; i++) {
            pool.reload(keys(GROQ, "a"));
        }

        assertEquals("a", key(pool.attempt(refused)));
    }

    @Test
    void request_does_not_repeat_an_attempt_when_another_provider_is_replaced() {
        var both = new TestPool(keys(GROQ, "a"), keys(CEREBRAS, "x"));
        RequestAttempts failed = both.failing(both.request(), empty());

        both.reload(CEREBRAS, keys(GROQ, "a"), keys(CEREBRAS, "x"));

        assertInstanceOf(KeySelector.NoneReady.class, both.choose(failed));
    }

    @Test
    void request_that_saw_an_outage_does_not_ignore_that_of_the_replaced_provider() {
        Failure outage = new Failure.Unavailable("down", A_MINUTE);
        RequestAttempts failed = pool.failing(pool.request(anyModel()), outage);
        pool.reload(GROQ, keys(GROQ, "a"));

        pool.fail(anyModel(), outage);

        assertEquals(pool.readyIn(A_MINUTE), pool.choose(failed));
    }

    @Test
    void request_that_saw_an_outage_tries_other_keys_although_its_key_was_removed() {
        RequestAttempts failed = pool.failing(pool.request(anyModel()), new Failure.Unavailable("down", A_MINUTE));

        pool.reload(keys(GROQ, "b"));

        assertEquals("b", key(pool.attempt(failed)));
    }

    @ParameterizedTest(name = "the same provider: {0}")
    @ValueSource(booleans = {false, true})
    void remaining_quota_survives_a_reload_unless_the_provider_is_replaced(boolean same) {
        var spent = reported(new RateLimitStatus.Bucket("requests", 10L, 0, A_MINUTE));
        pool.answered(pool.attempt(anyModel()), spent);

        if (same) {
            pool.reload(keys(GROQ, "b", "a"));
        } else {
            pool.reload(GROQ, keys(GROQ, "b", "a"));
        }

        assertEquals(List.of("b", same ? "b" : "a"), pool.keysFor(anyModel(), 2));
    }

    @Test
    void kept_keys_keep_their_attempt_counts() {
        pool.keysFor(anyModel(), 3);

        pool.reload(keys(GROQ, "c", "b", "a"));

        assertEquals(
                List.of(0L, 1L, 2L),
                pool.shown().stream().map(key -> key.tally().attempts()).toList());
    }

    @Test
    void provider_turns_restart_only_when_the_order_changes() {
        pool.reload(keys(CEREBRAS, "x"), keys(GROQ, "a", "b"));
        assertEquals(List.of("x", "a", "x", "b"), pool.keysFor(anyModel(), 4));

        pool.reload(keys(GROQ, "a", "b"), keys(CEREBRAS, "x"));
        assertEquals("a", pool.keyFor(anyModel()));

        pool.reload(keys(GROQ, "b"), keys(CEREBRAS, "x"));
        assertEquals(List.of("x", "b"), pool.keysFor(anyModel(), 2), "the order stays, and so do the turns");
    }
}
