package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.status.PoolEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// State of the key pool after a reload that adds and keeps keys.
class KeyPoolReloadTest extends PoolFixture {

    private final TestPool pool = new TestPool(keys(GROQ, "a", "b"));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # Kept and new keys
                    a new key starts at the end of the queue, of fallbacks, too | a b | next a; reload c a b; begin 1; fail 1 empty; begin 1 with a; next a c b a
                    a kept key keeps its cooldown at its new position | a b | limit 1m; reload c b a; next b c b c; pass 1m; next a
                    a key after its cooldown is next, also across a reload | a b | next a; limit 1m; reload a b; pass 1m; next b
                    a key after its cooldown is next, also across a reload | a b | next a; limit 1m; pass 1m; reload a b; next b
                    a single request probes a retired key after a reload | a b | refused; reload a; begin 1; none; fail 1 refused; back in 2h
                    a late failure is ignored after an answer to a later attempt | a b | begin 1; pass 0.001s; next b; reload a b; fail 1 down quietly
                    a new key is used after the clock steps back, and its report counts | a b | reload c; pass -5s; begin 1; open 1; fail 1 limit 1m; back in 1m
                    remaining quota survives a reload | a b | left 0 requests 1m; reload b a; next b b
                    # Kept and replaced providers
                    a kept provider keeps its cooldown with other keys | a b | down 1m; reload c; none
                    a kept provider keeps its cooldown with other keys | a b | busy 1m; reload c; none
                    a replaced provider starts without cooldowns | a b | begin 1; down 1m; replace a b; fail 1 down 1m quietly; next a b
                    a replaced provider starts without cooldowns | a b | begin 1; busy 1m; replace a b; fail 1 busy 1m quietly; next a b
                    a replaced provider starts without quotas | a b | left 0 requests 1m; replace b a; next b a
                    a replaced provider may serve a request that the other one refused | a b | any begin 1; fail 1 unsupported; replace a; begin 1 with a
                    a replaced provider may serve it after a further reload | a b | any begin 1; fail 1 unsupported; replace a; reload a; begin 1 with a
                    a request that saw an outage does not ignore that of the replaced provider | a b | begin 1; fail 1 down 1m; replace a; down 1m; none 1 in 1m
                    a request that saw an outage tries other keys although its key was removed | a b | begin 1; fail 1 down 1m; reload b; begin 1 with b
                    """)
    void pool_keeps_what_it_knows_of_kept_keys_across_a_reload(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
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
    void request_tries_no_key_twice_across_reloads_and_keeps_the_original_slots() {
        RequestAttempts requestAttempts = pool.failing(pool.request(), empty());
        pool.reload(keys(GROQ, "b", "a", "c"));

        requestAttempts = pool.failing(requestAttempts, empty());
        requestAttempts = pool.failing(requestAttempts, empty());

        assertEquals(List.of("groq/1", "groq/1", "groq/3"), slots(requestAttempts));
        assertEquals(new KeySelector.NoneReady(null, null), pool.choose(requestAttempts));
    }

    @Test
    void request_does_not_repeat_an_attempt_when_another_provider_is_replaced() {
        var both = new TestPool(keys(GROQ, "a"), keys(CEREBRAS, "x"));
        RequestAttempts failed = both.failing(both.request(), empty());

        both.reload(CEREBRAS, keys(GROQ, "a"), keys(CEREBRAS, "x"));

        assertInstanceOf(KeySelector.NoneReady.class, both.choose(failed));
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
